# How everything in this project is compiled.

option(REHEARSE_WERROR "Warnings are errors" OFF)
option(REHEARSE_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(REHEARSE_COVERAGE "Count which lines and branches run (gcov)" OFF)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)

# Optimised, with debug information, and with assertions: they cost little and say much.
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "How to optimise" FORCE)
endif()
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")

# -ffp-contract=off: back-off intervals are to be the same on every machine, fused multiply-add or
# not (sim/retry.h).
add_compile_options(
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wno-missing-field-initializers
    -ffp-contract=off)
# What __FILE__ names, in reports as well, is the same wherever the project lies.
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
# Under strict C17 the system's headers show nothing of POSIX unless asked.
add_compile_definitions(_DEFAULT_SOURCE=)

if(REHEARSE_WERROR)
    add_compile_options(-Werror)
endif()

if(REHEARSE_SANITIZE)
    set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
    add_compile_options(${sanitize} -fno-omit-frame-pointer -O1)
    add_link_options(${sanitize})
else()
    add_link_options(-Wl,--no-undefined)
endif()

if(REHEARSE_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic -O0)
    add_link_options(--coverage)
endif()
