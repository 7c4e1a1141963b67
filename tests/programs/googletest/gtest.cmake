# googletest and googlemock as the libraries gtest and gtest_main, of ${GOOGLETEST}, Debian's source of googletest.
# `gmock` and `gmock_main` are other names of theirs.
find_package(Threads REQUIRED)
add_library(gtest STATIC ${GOOGLETEST}/googletest/src/gtest-all.cc ${GOOGLETEST}/googlemock/src/gmock-all.cc)
target_include_directories(gtest SYSTEM
    PUBLIC ${GOOGLETEST}/googletest/include ${GOOGLETEST}/googlemock/include
    PRIVATE ${GOOGLETEST}/googletest ${GOOGLETEST}/googlemock)
target_link_libraries(gtest PUBLIC Threads::Threads)
add_library(gtest_main STATIC ${GOOGLETEST}/googlemock/src/gmock_main.cc)
target_link_libraries(gtest_main PUBLIC gtest)
add_library(gmock INTERFACE)
target_link_libraries(gmock INTERFACE gtest)
add_library(gmock_main INTERFACE)
target_link_libraries(gmock_main INTERFACE gtest_main)
