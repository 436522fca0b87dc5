#include "reports/compare/html.h"

#include <stdarg.h>

#include "reports/xml_clean.h"

void rh_html_text(rh_text *out, const char *text)
{
    for (const char *at = rh_xml_clean(out->arena, text); *at; at++) {
        switch (*at) {
        case '&':
            rh_text_puts(out, "&amp;");
            break;
        case '<':
            rh_text_puts(out, "&lt;");
            break;
        case '>':
            rh_text_puts(out, "&gt;");
            break;
        case '"':
            rh_text_puts(out, "&quot;");
            break;
        case '\'':
            rh_text_puts(out, "&#39;");
            break;
        default:
            rh_text_putc(out, *at);
        }
    }
}

void rh_html(rh_text *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rh_text_puts(out, rh_vformat(out->arena, format, arguments));
    va_end(arguments);
}

void rh_html_element(rh_text *out, const char *tag, const char *class, const char *text)
{
    if (class)
        rh_html(out, "<%s class=\"%s\">", tag, class);
    else
        rh_html(out, "<%s>", tag);
    rh_html_text(out, text);
    rh_html(out, "</%s>", tag);
}
