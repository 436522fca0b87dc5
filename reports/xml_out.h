/* Writing XML by libxml2, with text that was cleaned first (reports/xml_clean.h). */
#ifndef RH_REPORTS_XML_OUT_H
#define RH_REPORTS_XML_OUT_H

#include "sim/base/error.h"
#include "sim/base/text.h"

typedef struct rh_xml rh_xml;

/* Writes the one element of a document, by the functions below. */
typedef void rh_xml_content(rh_xml *xml, const void *data);

/* A whole document, indented, behind `doctype` (NULL: none), whose name is that of the element. 0,
 * or -1 with an error if there is no memory for `what`; nothing is written then. */
int rh_xml_document(rh_text *text, const char *what, const char *doctype, const char *dtd,
                    rh_xml_content *content, const void *data, rh_error *error);

rh_arena *rh_xml_arena(const rh_xml *xml);
void rh_xml_open(rh_xml *xml, const char *element);
void rh_xml_close(rh_xml *xml);
/* NULL is "". */
void rh_xml_attribute(rh_xml *xml, const char *name, const char *value);
void rh_xml_number(rh_xml *xml, const char *name, uint64_t number);
void rh_xml_text(rh_xml *xml, const char *text);

#endif
