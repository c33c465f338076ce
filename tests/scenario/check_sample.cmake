# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# Runs the command line in the first line of NAME.expected, "exit N: ARGUMENTS", and
# compares its exit code, and its errors and output, with the rest. With -D RENEW=ON writes
# the rest instead.
file(READ ${NAME}.expected text)
if(NOT text MATCHES "^exit ([0-9]): ([^\n]*)\n(.*)$")
  message(FATAL_ERROR "${NAME}.expected does not begin with 'exit N: ARGUMENTS'")
endif()
set(code ${CMAKE_MATCH_1})
set(line "${CMAKE_MATCH_2}")
set(expected "${CMAKE_MATCH_3}")
separate_arguments(arguments UNIX_COMMAND "${line}")
execute_process(COMMAND ${PROGRAM} ${arguments}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
set(actual "${errors}${output}")
if(RENEW)
  file(WRITE ${NAME}.expected "exit ${result}: ${line}\n${actual}")
elseif(NOT result STREQUAL code OR NOT actual STREQUAL expected)
  message(FATAL_ERROR "tocsin ${line}: exit ${result}, not ${code}, or not what stands in "
    "${NAME}.expected:\n${actual}")
endif()
