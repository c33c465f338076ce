# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# From CSV (Country,South,West,North,East) to INC (one BOX line a country).
file(STRINGS ${CSV} lines)
list(POP_FRONT lines header)
if(NOT header STREQUAL "Country,South,West,North,East")
  message(FATAL_ERROR "${CSV}:1: unexpected header '${header}'")
endif()
set(number "(-?[0-9]+\\.[0-9]+)")
set(text "/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */\n")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^([A-Z][A-Z]),${number},${number},${number},${number}$")
    message(FATAL_ERROR "${CSV}: not a box: '${line}'")
  endif()
  string(APPEND text "BOX(${CMAKE_MATCH_1}, ${CMAKE_MATCH_2}, ${CMAKE_MATCH_3}, "
    "${CMAKE_MATCH_4}, ${CMAKE_MATCH_5})\n")
endforeach()
file(WRITE ${INC} "${text}")
