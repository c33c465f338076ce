# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# cmake -DMO=fr.mo -DNAME=tongue_fr -DOUT=tongue_fr.h -P embed.cmake
# A compiled catalogue as bytes of the program.
file(READ ${MO} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "static const unsigned char ${NAME}[] = {\n${bytes}};\n")
