# Compiles fixtures/actions/*.json into the library: rh_catalog_texts (sim/actions/catalog.h).

file(GLOB parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fixtures/actions/*.json)
set(texts "")
set(entries "")
foreach(part IN LISTS parts)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${part})
    cmake_path(GET part STEM file)
    string(MAKE_C_IDENTIFIER ${file} name)
    file(READ ${part} bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(APPEND texts "static const unsigned char ${name}[] = {${bytes}0};\n")
    string(APPEND entries "    {\"fixtures/actions/${file}.json\", (const char *)${name}, sizeof ${name} - 1},\n")
endforeach()

set(REHEARSE_CATALOG ${PROJECT_BINARY_DIR}/catalog.c)
file(CONFIGURE OUTPUT ${REHEARSE_CATALOG} CONTENT "#include \"sim/actions/catalog.h\"

@texts@
const rh_catalog_text rh_catalog_texts[] = {
@entries@    {0},
};
" @ONLY)
