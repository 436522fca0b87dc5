# Writes the linker's version script for librehearse.so: REHEARSE_0 holds what the public headers
# mark RH_API, REHEARSE_PRIVATE every other rh_*, for the command and the suites of this same
# version only.

file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/rehearse/*.h)
set(public "")
foreach(header IN LISTS headers)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
    # Semicolons and brackets mean something else to CMake's lists.
    file(READ ${header} text)
    string(REGEX REPLACE "[][;]" "," text "${text}")
    string(REGEX MATCHALL "\nRH_API [^\n]*" declarations "${text}")
    foreach(declaration IN LISTS declarations)
        string(REGEX MATCH "(rh_[a-z0-9_]+)[(,]" match "${declaration}")
        string(APPEND public "        ${CMAKE_MATCH_1};\n")
    endforeach()
endforeach()

set(REHEARSE_SYMBOLS ${PROJECT_BINARY_DIR}/rehearse.map)
file(CONFIGURE OUTPUT ${REHEARSE_SYMBOLS} CONTENT "REHEARSE_0 {
    global:
@public@    local: *;
};
REHEARSE_PRIVATE {
    global: rh_*;
};
" @ONLY)
