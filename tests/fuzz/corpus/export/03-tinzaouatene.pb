
$2d5ca299-b96e-8387-8e15-37668216940e$cce0537a-7ec1-41df-bd0d-8300b7f7e136 0:corpusBŒÊÌµJ
€«†µÄ“–µRŒ˜§¹ZfrbArmed clash hpx‚DCombats de TinzaouatÃ¨ne, rÃ©gion de Kidal : bilans trÃ¨s divergentsŠjEXTREME battles Â· TinzaouatÃ¨ne, Abeibara, Kidal, Mali Â· 25 Jul 2024 Â· 2-84 reported killed Â· disputed’ƒCombats de trois jours prÃ¨s de la frontiÃ¨re algÃ©rienne entre l'armÃ©e et Wagner d'une part, le CSP puis le JNIM d'autre part. Position Ã  20 km prÃ¨s : trois coordonnÃ©es publiÃ©es, distantes de 9 Ã  28 km ; la ville jumelle algÃ©rienne est Ã  9 km. L'armÃ©e a d'abord donnÃ© 2 morts et 10 blessÃ©s, puis un Â« grand nombre Â» de pertes. Une trentaine de blessÃ©s Ã©vacuÃ©s par avion.¢N
MLML08ML0801Abeibara, Kidal, Mali"	Å °rhñ3@V-²@*TinzaouatÃ¨ne0ª
Forces armÃ©es maliennesª
Wagnerª%
CSP"
RevendicationCSP (ª'
JNIM"
RevendicationJNIM (²T T(2CSP8²/ /(2CSP8²	 	(2CSP8²2 2(2JNIM8²
 
(2JNIM8².(2New York Times8²(2New York Times8² (2New York Times8² R(2Russian sources8²1 (2!Ã‰tat-major gÃ©nÃ©ral des armÃ©es8@²1
 
(2!Ã‰tat-major gÃ©nÃ©ral des armÃ©es8@ĞÚB2âviolence-extremeò019af8381e6c28a9úcoordination€ˆ²
AFP(0²
New York Times(0²
CSP(0²
JNIM(0ºcorpusÂtinzaouatene-2024-07