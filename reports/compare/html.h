/* Pieces of HTML: text that comes from outside is escaped here, and nowhere else. */
#ifndef RH_REPORTS_COMPARE_HTML_H
#define RH_REPORTS_COMPARE_HTML_H

#include "sim/base/text.h"

/* Text for between tags and inside quoted attributes. */
void rh_html_text(rh_text *out, const char *text);
/* Markup as printf writes it, which must hold nothing from outside. */
void rh_html(rh_text *out, const char *format, ...) RH_PRINTF(2, 3);
/* <TAG class="CLASS">escaped text</TAG>; `class` may be NULL. */
void rh_html_element(rh_text *out, const char *tag, const char *class, const char *text);

#endif
