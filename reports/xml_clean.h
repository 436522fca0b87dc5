/* Making text fit for XML 1.0: libxml2's writer takes control characters and broken UTF-8 as they
 * are and writes what no parser reads. */
#ifndef RH_REPORTS_XML_CLEAN_H
#define RH_REPORTS_XML_CLEAN_H

#include "sim/base/arena.h"

/* Terminal escape sequences are dropped; other characters that XML cannot hold, and bytes that are
 * not UTF-8, become U+FFFD. Returns `text` itself if there is nothing to do; "" for NULL. */
const char *rh_xml_clean(rh_arena *arena, const char *text);

#endif
