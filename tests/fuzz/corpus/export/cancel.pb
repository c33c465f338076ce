
$7d79355a-8883-8300-887f-985b44a4e15d$cfbf6051-a310-8e7c-9c4e-6003188ddc31 *$f73e180b-8e4f-8c7b-ae14-c07256d24c050:corpusBğÙÑµRŒ»¬¹Zenbpx‚#Severe battles, Djenne, Mopti, MaliŠ>CANCELLED Â· SEVERE battles Â· Djenne, Mopti, Mali Â· resolved¢'
MLML05ML0503Djenne, Mopti, Maliò019af8381e6c28a9úpartners€ˆª