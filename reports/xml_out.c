#include "reports/xml_out.h"

#include <inttypes.h>
#include <setjmp.h>

#include <libxml/xmlwriter.h>

#include "reports/xml_clean.h"

struct rh_xml {
    xmlTextWriterPtr writer;
    rh_arena *arena;
    bool failed;
};

static void check(rh_xml *xml, int written)
{
    if (written < 0)
        xml->failed = true;
}

rh_arena *rh_xml_arena(const rh_xml *xml)
{
    return xml->arena;
}

void rh_xml_open(rh_xml *xml, const char *element)
{
    check(xml, xmlTextWriterStartElement(xml->writer, BAD_CAST element));
}

void rh_xml_close(rh_xml *xml)
{
    check(xml, xmlTextWriterEndElement(xml->writer));
}

void rh_xml_attribute(rh_xml *xml, const char *name, const char *value)
{
    check(xml, xmlTextWriterWriteAttribute(xml->writer, BAD_CAST name,
                                           BAD_CAST rh_xml_clean(xml->arena, value)));
}

void rh_xml_number(rh_xml *xml, const char *name, uint64_t number)
{
    rh_xml_attribute(xml, name, rh_format(xml->arena, "%" PRIu64, number));
}

void rh_xml_text(rh_xml *xml, const char *text)
{
    check(xml, xmlTextWriterWriteString(xml->writer, BAD_CAST rh_xml_clean(xml->arena, text)));
}

/* When the arena is exhausted it jumps away; libxml2's memory has to be given back first. */
static void out_of_memory(void *context)
{
    longjmp(*(jmp_buf *)context, 1);
}

static void write_into(rh_text *text, rh_xml *xml, xmlBufferPtr buffer, const char *doctype,
                       const char *dtd, rh_xml_content *content, const void *data)
{
    xmlBufferSetAllocationScheme(buffer, XML_BUFFER_ALLOC_DOUBLEIT);
    check(xml, xmlTextWriterSetIndent(xml->writer, 1));
    check(xml, xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL));
    if (doctype)
        check(xml, xmlTextWriterWriteDTD(xml->writer, BAD_CAST doctype, NULL, BAD_CAST dtd, NULL));
    content(xml, data);
    check(xml, xmlTextWriterEndDocument(xml->writer));
    check(xml, xmlTextWriterFlush(xml->writer));
    if (!xml->failed)
        rh_text_add(text, (const char *)xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
}

int rh_xml_document(rh_text *text, const char *what, const char *doctype, const char *dtd,
                    rh_xml_content *content, const void *data, rh_error *error)
{
    rh_arena *arena = text->arena;
    rh_exhausted *exhausted = arena->exhausted;
    void *context = arena->context;
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlTextWriterPtr writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
    jmp_buf escape;
    volatile bool failed = true;

    arena->exhausted = out_of_memory;
    arena->context = &escape;
    if (writer && setjmp(escape) == 0) {
        rh_xml xml = {.writer = writer, .arena = arena};
        write_into(text, &xml, buffer, doctype, dtd, content, data);
        failed = xml.failed;
    }
    arena->exhausted = exhausted;
    arena->context = context;
    if (writer)
        xmlFreeTextWriter(writer);
    if (buffer)
        xmlBufferFree(buffer);
    return failed ? rh_error_set(error, NULL, 0, 0, "no memory for the %s report", what) : 0;
}
