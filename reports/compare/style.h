/* The style sheet of the page, as C strings. */
#ifndef RH_REPORTS_COMPARE_STYLE_H
#define RH_REPORTS_COMPARE_STYLE_H

static const char *const style[] = {
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1c2128;--dim:#59636e;--line:#d8dee4;"
    "--card:#f6f8fa;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700;--e0:#0969da;--e1:#1a7f37;"
    "--e2:#8250df;--e3:#bc4c00;--e4:#0e7c86;--bar:#2da44e;--barbad:#e5534b;--barwarn:#d4a72c;"
    "--human:#eaeef2}",
    "@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;"
    "--line:#30363d;--card:#161b22;--good:#3fb950;--bad:#f85149;--warn:#d29922;--e0:#58a6ff;"
    "--e1:#3fb950;--e2:#bc8cff;--e3:#f0883e;--e4:#39c5cf;--bar:#2ea043;--barbad:#da3633;"
    "--barwarn:#bb8009;--human:#21262d}}",
    "*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);"
    "font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif}",
    "main{max-width:920px;margin:0 auto;padding:32px 20px 64px}",
    "h1{font-size:2rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}"
    "h2{font-size:1.3rem;margin:44px 0 12px;padding-bottom:6px;border-bottom:1px solid "
    "var(--line)}h3{font-size:1.05rem;margin:28px 0 4px;overflow-wrap:anywhere}"
    "h4{font-size:.95rem;margin:14px 0 2px}h4 small{margin-left:10px;font-weight:400}",
    "p{margin:8px 0}.lead{font-size:1.15rem}.sub,.small{color:var(--dim);font-size:.9rem;"
    "overflow-wrap:anywhere}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}",
    "code{font:.85em/1.5 ui-monospace,\"DejaVu Sans Mono\",Menlo,Consolas,monospace}"
    "pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:8px 12px;"
    "margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}",
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px;"
    "margin:22px 0}.card{background:var(--card);border:1px solid var(--line);border-top:4px solid "
    "var(--line);border-radius:8px;padding:14px 16px}.card "
    "b{display:block;font-size:1.7rem;white-space:nowrap;"
    "line-height:1.2}.card p{margin:2px 0;color:var(--dim);font-size:.88rem}.card h3{margin:0}",
    ".c0{border-top-color:var(--e0);stroke:var(--e0)}.c1{border-top-color:var(--e1);"
    "stroke:var(--e1)}.c2{border-top-color:var(--e2);stroke:var(--e2)}"
    ".c3{border-top-color:var(--e3);stroke:var(--e3)}.c4{border-top-color:var(--e4);"
    "stroke:var(--e4)}",
    ".dot{display:inline-block;width:10px;height:10px;border-radius:50%;margin-right:7px}"
    ".e0{background:var(--e0)}.e1{background:var(--e1)}.e2{background:var(--e2)}"
    ".e3{background:var(--e3)}.e4{background:var(--e4)}",
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.93rem}"
    "th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line);"
    "vertical-align:top}th:first-child,td:first-child{text-align:left}th{font-weight:600}"
    "td,th{white-space:nowrap}td:first-child{white-space:normal}td small{display:block;"
    "color:var(--dim);font-size:.8em;font-weight:400}td.better{color:var(--good);"
    "font-weight:600}td.worse{color:var(--bad);font-weight:600}td.left{text-align:left}",
    "svg{display:block;width:100%;min-width:640px;font:12px system-ui,\"DejaVu Sans\",sans-serif}"
    "svg text{fill:var(--fg)}svg .step,svg .why,svg .axis,svg .band{fill:var(--dim);"
    "font-size:11px}svg .glyph{fill:#fff;text-anchor:middle;font-weight:700;font-size:11px}"
    "svg .band{text-anchor:middle}",
    ".good.bar,rect.good{fill:var(--bar)}rect.bad{fill:var(--barbad)}rect.tainted{"
    "fill:var(--barwarn)}rect.lost{fill:none;stroke:var(--barbad);stroke-width:1.5;"
    "stroke-dasharray:4 2}svg rect.lost+.glyph{fill:var(--barbad)}rect.cancelled{fill:#6e7781}"
    "rect.back{fill:none;stroke:var(--barwarn);stroke-dasharray:3 2}rect.queued{"
    "fill:var(--line)}rect.skip{fill:none;stroke:var(--dim);stroke-dasharray:2 2}"
    "rect.human{fill:var(--human)}",
    ".tick{stroke:var(--line)}.cut{stroke:var(--dim);stroke-dasharray:1 3;stroke-width:2}"
    ".curve{fill:none;stroke-width:2.5;stroke-linejoin:round}.curve.c1{stroke-dasharray:7 3}"
    ".curve.c2{stroke-dasharray:2 3}.curve.c3{stroke-dasharray:9 3 2 3}.curve.c4{"
    "stroke-dasharray:12 4}",
    ".box{border-left:4px solid var(--warn);background:var(--card);padding:6px 16px;"
    "border-radius:0 8px 8px 0}.box h3{margin:6px 0}ul{padding-left:22px;margin:8px 0}"
    "article{border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin:14px 0}"
    "article h3{margin:0}.which{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;"
    "gap:2px 14px;margin:8px 0;font-size:.93rem}.which span{color:var(--dim)}"
    "details{margin:14px 0}summary{cursor:pointer;color:var(--e0)}",
    "@media(max-width:560px){main{padding:20px 14px}h1{font-size:1.55rem}.which{"
    "grid-template-columns:1fr}.which div{margin-bottom:6px}th,td{padding:5px 6px}}",
    "@media print{main{max-width:none;padding:0}article,.card,svg{break-inside:avoid}"
    "details:not([open])>*{display:block}}",
};

#endif
