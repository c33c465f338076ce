
$708c66bc-bd08-8ee5-b9c0-e2b04a0e44ca$993c5991-b589-84ab-85a7-ae90080bba60 0:corpusBğ¶ÌµJ
€·á¿ğÉû¿RŒ˜§¹ZenbAttack hpx‚BExtreme violence against civilians, Al Fasher, North Darfur, SudanŠ†EXTREME violence against civilians Â· Al Fasher, North Darfur, Sudan Â· 11 Apr 2025 Â· 12-400 reported killed Â· more than 400000 IDPs¢3
SDSD02SD02114Al Fasher, North Darfur, Sudan²-(2 United Nations (with Um Kadadah)8² (2United Nations8º/€µ(08@J	sudan-eetXjSD02114xŠ€Ãö¿º8ğ“	(08@J	sudan-eetXjSD02114rSD02114xŠ€Ãö¿ºA
SD02170ˆ†(08@J	sudan-eetXjSD02114rSD02170xŠ€Ãö¿ÂÊÚA1âviolence-extremeâdisplacement-largeò019af8381e6c28a9úpartners€ˆ