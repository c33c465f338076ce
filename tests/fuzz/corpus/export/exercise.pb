
$fa4c8b9d-80f8-87a7-91e4-24493d579a5d$9ac81f75-3d26-8780-8ca4-76e1188914b9 0:corpusBğÙÑµRŒ»¬¹Zenbpx‚#Severe battles, Djenne, Mopti, MaliŠ1EXERCISE Â· SEVERE battles Â· Djenne, Mopti, Mali¢'
MLML05ML0503Djenne, Mopti, Maliâmopti-violenceò019af8381e6c28a9úpartners€ˆ