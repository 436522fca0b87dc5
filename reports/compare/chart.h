/* Pictures of a comparison, as SVG inside HTML: bars on a scale of time, and how durations are
 * distributed. Colours come from the page's style sheet; each is backed by a glyph or a pattern. */
#ifndef RH_REPORTS_COMPARE_CHART_H
#define RH_REPORTS_COMPARE_CHART_H

#include "reports/compare/figures.h"

/* One picture for each engine, all on one scale. */
void rh_chart_bars(rh_text *out, const rh_comparison *comparison, const rh_drawn_plan *drawn);
/* Which part of all worlds is through after which time. */
void rh_chart_durations(rh_text *out, const rh_comparison *comparison);

#endif
