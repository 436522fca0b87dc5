# What clang-format does not see, in C sources; prints "file:line: what" and fails if there is any.
# Each rule stands beside its reason.

BEGIN {
    # Who may include what: a room, and the beginnings of the paths it may include. Dependencies
    # point one way, cli -> reports -> harness -> sim; the longest room that fits a file counts.
    # serve/ and the dialects stand beside each other and know nothing of one another.
    may["include/rehearse"] = "rehearse/"
    may["sim/base"] = "sim/base/ rehearse/value.h rehearse/time.h rehearse/export.h rehearse/failure.h"
    # Languages inside workflow files: they know values, and nothing of worlds.
    may["sim/expression"] = "sim/base/ sim/expression/ rehearse/value.h rehearse/export.h"
    may["sim/shell"] = "sim/base/ sim/shell/ rehearse/value.h rehearse/export.h"
    may["sim"] = "sim/ rehearse/" # less what `mayNot` says
    may["serve"] = "serve/ sim/ rehearse/"
    may["harness"] = "harness/ sim/ rehearse/ fixtures/faults.h" # the catalog, a list
    may["reports"] = "reports/ harness/ sim/ rehearse/"
    may["cli"] = "cli/ reports/ harness/ sim/ serve/ rehearse/"
    may["fixtures"] = "fixtures/ rehearse/"
    # The public API, as its users have it; and the parts that are measured by themselves.
    may["suites/bench"] = "suites/bench/ rehearse/ sim/coroutine.h sim/journal.h " \
        "sim/actions/actions.h sim/expression/expression.h harness/env.h harness/store.h " \
        "harness/scenario.h harness/again.h harness/replay.h harness/explore/ reports/history.h " \
        "reports/compare/ sim/actions/lift.h sim/base/json.h"
    mayNot["sim"] = "rehearse/harness.h rehearse/rehearse.h"

    # Nothing in a rehearsal may depend on the machine, its clock, its environment or its locale;
    # qsort is not stable, floating point is printed and read by sim/base/decimal.
    banned = "time clock_gettime gettimeofday clock localtime gmtime getenv secure_getenv rand " \
        "srand random drand48 qsort setlocale strtod strtof strtold atof sscanf"
    # A library does not write to its user's terminal.
    printing = "printf vprintf puts putchar"
    # Those who run tests need real time limits, and show progress.
    allowed["harness/suite.c"] = "clock_gettime " printing
    allowed["harness/runner*.c"] = allowed["harness/worker*.c"] = allowed["harness/suite.c"]

    longest_function = 80
    longest_file = 1000
    # A ratchet: what was longer when it came, and how long it may be at most. Only ever shrink it.
    # longer["sim/example.c"] = 1200; longer["sim/example.c:function"] = 95
    status = 0
}

function complain(line, what) {
    printf "%s:%d: %s\n", FILENAME, line, what
    status = 1
}

function starts_with(text, start) { return substr(text, 1, length(start)) == start }

function room_of(file,   room, best) {
    for (room in may)
        if (starts_with(file, room "/") && length(room) > length(best))
            best = room
    return best
}

# Whether a file is one of `allowed` and that entry has the name.
function is_allowed(name,   pattern, words, regexp) {
    for (pattern in allowed) {
        regexp = pattern
        gsub(/\./, "\\.", regexp)
        gsub(/\*/, "[^/]*", regexp)
        words = " " allowed[pattern] " "
        if (FILENAME ~ "^" regexp "$" && index(words, " " name " "))
            return 1
    }
    return 0
}

function included(list, path,   parts, count, i) {
    count = split(list, parts, " ")
    for (i = 1; i <= count; i++)
        if (path == parts[i] || (parts[i] ~ /\/$/ && starts_with(path, parts[i])))
            return 1
    return 0
}

function check_include(path,   dialect, other) {
    if (room == "" || (path !~ /\// && room == "fixtures"))
        return
    if (path !~ /\//)
        complain(FNR, "include \"" path "\" by its path from the root")
    else if (!included(may[room], path) || included(mayNot[room], path))
        complain(FNR, room "/ must not include " path)
    if (room != "sim" || path !~ /^sim\/[^\/]*\// || path ~ /^sim\/base\//)
        return
    # sim/durable/x.c may include sim/durable/; the engine and other dialects may not.
    dialect = FILENAME ~ /^sim\/[^\/]*\// ? FILENAME : ""
    other = path
    sub(/\/[^\/]*$/, "/", dialect)
    sub(/\/[^\/]*$/, "/", other)
    # A dialect may use the languages.
    if (dialect == "sim/actions/" && (other == "sim/expression/" || other == "sim/shell/"))
        return
    if (dialect != other)
        complain(FNR, "only " other " itself may include " path)
}

function check_calls(code, list, why,   names, count, i) {
    count = split(list, names, " ")
    for (i = 1; i <= count; i++)
        if (index(code, names[i]) && !is_allowed(names[i]) &&
            code ~ "(^|[^A-Za-z0-9_.>])" names[i] " *\\(")
            complain(FNR, names[i] "() " why)
}

# Sets `text` to the line without its comments, and `code` to that without strings.
function strip(line,   at) {
    text = ""
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (!at)
                break
            line = substr(line, at + 2)
            in_comment = 0
        } else if (match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*|\/\//)) {
            text = text substr(line, 1, RSTART - 1)
            at = substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
            if (at == "/*")
                in_comment = 1
            else if (at == "//")
                break
            else
                text = text at
        } else {
            text = text line
            break
        }
    }
    code = text
    gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
}

FNR == 1 {
    check_file_length()
    last_file = FILENAME
    room = room_of(FILENAME)
    in_comment = function_begin = 0
}

{
    last_line = FNR
    width = $0
    gsub(/[\200-\277]/, "", width) # a character of UTF-8 counts once
    if (length(width) > 100)
        complain(FNR, "longer than 100 columns")
    if (index($0, "\t"))
        complain(FNR, "a tab")
    strip($0)
}

text ~ /^ *# *include *"/ {
    split(text, quoted, "\"")
    check_include(quoted[2])
}

room ~ /^(sim|harness)/ {
    check_calls(code, banned, "depends on the machine")
    check_calls(code, printing, "writes to the terminal")
    if (index(code, "stdout") && !is_allowed("printf"))
        complain(FNR, "stdout: a library writes to what it is given")
    gsub(/%%/, "", text)
    if (text ~ /"[^"]*%[-+#0-9.*]*L?[efgEFG]/)
        complain(FNR, "a format for floating point; use rh_text_number")
}

# The brace of a function stands alone on its line, and no other one does.
/^[A-Za-z_].*\(/ {
    name = $0
    sub(/\(.*/, "", name)
    sub(/.*[^A-Za-z0-9_]/, "", name)
}
/^\{/ { function_begin = FNR }
/^\}/ && function_begin {
    limit = FILENAME ":" name
    limit = limit in longer ? longer[limit] : longest_function
    if (FNR - function_begin - 1 > limit)
        complain(function_begin, name " has " FNR - function_begin - 1 " lines, over " limit)
    function_begin = 0
}

function check_file_length(   limit) {
    if (last_file == "")
        return
    limit = last_file in longer ? longer[last_file] : longest_file
    if (last_line > limit) {
        printf "%s: has %d lines, over %d\n", last_file, last_line, limit
        status = 1
    }
}

END {
    check_file_length()
    exit status
}
