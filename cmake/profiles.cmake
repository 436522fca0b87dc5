# Compiles fixtures/profiles/*.json into the library: rh_profile_texts (harness/profile.h).

file(GLOB profiles CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fixtures/profiles/*.json)
set(texts "")
set(entries "")
foreach(profile IN LISTS profiles)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${profile})
    cmake_path(GET profile STEM name)
    file(READ ${profile} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND texts "static const unsigned char ${name}[] = {${bytes}0};\n")
    string(APPEND entries "    {\"${name}\", (const char *)${name}, sizeof ${name} - 1},\n")
endforeach()

set(REHEARSE_PROFILES ${PROJECT_BINARY_DIR}/profiles.c)
file(CONFIGURE OUTPUT ${REHEARSE_PROFILES} CONTENT "#include \"harness/profile.h\"

@texts@
const rh_profile_text rh_profile_texts[] = {
@entries@    {0},
};
" @ONLY)
