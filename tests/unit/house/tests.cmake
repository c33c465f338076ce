# The house's own rules: dependency direction, banned calls.
set(house ${CMAKE_CURRENT_SOURCE_DIR}/house)
add_test(NAME house.layers COMMAND ${house}/layers --self-test ${CMAKE_SOURCE_DIR})
add_test(NAME house.calls COMMAND ${house}/calls --self-test ${CMAKE_SOURCE_DIR})
add_test(NAME house.texts COMMAND ${house}/texts --self-test ${CMAKE_SOURCE_DIR})
