# Read behind what CMake knows of Linux, which has shared libraries: here they become static ones, and CMake says so.
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
