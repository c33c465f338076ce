# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
# Compares what PROGRAM prints for KIND with the committed copy in FILE: the whole
# file, or, in a Markdown file, what stands between its marks. With -D RENEW=ON
# writes the copy instead.
execute_process(COMMAND ${PROGRAM} ${KIND} OUTPUT_VARIABLE made COMMAND_ERROR_IS_FATAL ANY)
set(begin "<!-- keys -->\n")
set(end "<!-- /keys -->")
file(READ ${FILE} text)
set(before "")
set(after "")
if(FILE MATCHES "\\.md$")
  string(FIND "${text}" "${begin}" from)
  string(FIND "${text}" "${end}" to)
  if(from LESS 0 OR to LESS from)
    message(FATAL_ERROR "${FILE} lacks its marks")
  endif()
  string(LENGTH "${begin}" begin_length)
  math(EXPR from "${from} + ${begin_length}")
  string(SUBSTRING "${text}" 0 ${from} before)
  string(SUBSTRING "${text}" ${to} -1 after)
endif()
if(RENEW)
  file(WRITE ${FILE} "${before}${made}${after}")
elseif(NOT text STREQUAL "${before}${made}${after}")
  message(FATAL_ERROR "${FILE} is not what 'tocsin_rules_reference ${KIND}' prints; "
    "renew it: cmake --build <folder> --target renew_rules_reference")
endif()
