/* A comparison as one HTML file: nothing is loaded, no script is needed, light and dark, printable,
 * the same bytes for the same input. */
#ifndef RH_REPORTS_COMPARE_PAGE_H
#define RH_REPORTS_COMPARE_PAGE_H

#include "reports/compare/figures.h"

void rh_compare_html(rh_text *out, const rh_compare_page *page);

/* Markdown for $GITHUB_STEP_SUMMARY, which takes 1 MiB and not a byte more: far below. */
void rh_compare_markdown(rh_text *out, const rh_compare_page *page);

#endif
