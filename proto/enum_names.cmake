# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# cmake -DINPUT=enums.proto -DOUTPUT=enum_names.inc -P enum_names.cmake
# Writes ENUM(c_name, ENUM_VALUE(number, "spelling") ...) rows: what YAML, JSON
# and topics call each value.
file(STRINGS ${INPUT} lines REGEX "^(enum [A-Za-z]+ {|  [A-Z0-9_]+ = [0-9]+;|})")
set(rows "")
foreach(line IN LISTS lines)
  if(line MATCHES "^enum ([A-Za-z]+) {")
    set(type ${CMAKE_MATCH_1})
    string(REGEX REPLACE "([a-z0-9])([A-Z])" "\\1_\\2" snake ${type})
    string(TOLOWER ${snake} lower)
    string(TOUPPER ${snake} upper)
    string(APPEND rows "ENUM(tocsin__v1__${lower}__descriptor,\n")
  elseif(line MATCHES "^  ${upper}_([A-Z0-9_]+) = ([0-9]+);")
    string(TOLOWER ${CMAKE_MATCH_1} spelling)
    string(APPEND rows "\tENUM_VALUE(${CMAKE_MATCH_2}, \"${spelling}\")\n")
  elseif(line STREQUAL "}")
    string(APPEND rows ")\n")
  else()
    message(FATAL_ERROR "${INPUT}: a value without its enum's prefix: ${line}")
  endif()
endforeach()
file(WRITE ${OUTPUT} "${rows}")
