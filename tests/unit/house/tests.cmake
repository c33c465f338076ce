# The house's own rules: dependency direction, banned calls, what is built and how it runs.
set(house ${CMAKE_CURRENT_SOURCE_DIR}/house)
add_test(NAME house.layers COMMAND ${house}/layers --self-test ${CMAKE_SOURCE_DIR})
add_test(NAME house.calls COMMAND ${house}/calls --self-test ${CMAKE_SOURCE_DIR})
add_test(NAME house.texts COMMAND ${house}/texts --self-test ${CMAKE_SOURCE_DIR})
# Sanitizers bring memory of their own, and -O0 is not fortified.
if(NOT TOCSIN_SANITIZE AND NOT TOCSIN_COVERAGE)
  add_test(NAME house.hardened COMMAND ${house}/hardened --self-test ${CMAKE_C_COMPILER}
    $<$<NOT:$<CONFIG:Debug>>:--fortified> $<TARGET_FILE:tocsin> $<TARGET_FILE:mosquitto_tocsin>
    COMMAND_EXPAND_LISTS)
  set_tests_properties(house.hardened PROPERTIES TIMEOUT 120)
endif()
add_test(NAME house.mounts COMMAND ${house}/mounts --self-test ${CMAKE_SOURCE_DIR})
add_test(NAME house.service COMMAND ${house}/service --self-test ${CMAKE_SOURCE_DIR})
set_tests_properties(house.service PROPERTIES SKIP_RETURN_CODE 77)
