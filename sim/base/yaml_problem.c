/* What libyaml says when it gives up is right, but made for those who know its scanner. */
#include "sim/base/yaml.h"

static const struct {
    const char *problem, *words;
} table[] = {
    {"mapping values are not allowed in this context",
     "a ': ' where no key can stand; quote the text, or begin the key on a line of its own with "
     "the indentation of its neighbours"},
    {"did not find expected key",
     "expected a key with the indentation of the keys above, or the end of the mapping"},
    {"could not find expected ':'", "expected ':' and a space behind the key"},
    {"did not find expected '-' indicator",
     "expected '- ' with the indentation of the items above, or the end of the list"},
    {"did not find expected ',' or ']'", "expected ',' or ']' in a list in brackets"},
    {"did not find expected ',' or '}'", "expected ',' or '}' in a mapping in braces"},
    {"did not find expected node content", "expected a value"},
    {"did not find expected <document start>",
     "expected nothing more: a file is one document (without '---' and '...' inside)"},
    {"block sequence entries are not allowed in this context",
     "a '- ' where no list can stand; begin the list on the next line"},
    {"block mapping values are not allowed in this context",
     "a '? ' where no key can stand; quote the text"},
    {"mapping keys are not allowed in this context",
     "a '? ' where no key can stand; quote the text"},
    {"found unexpected end of stream", "the file ends inside quotes"},
    {"found unexpected document indicator", "'---' or '...' inside quotes"},
    {"found unknown escape character",
     "an unknown escape in double quotes; use single quotes for text with backslashes"},
    {"found undefined tag handle", "an unknown tag; quote the text if no tag is meant"},
    {"did not find expected alphabetic or numeric character",
     "expected a name behind '&' or '*'; quote the text if no anchor is meant"},
    {"found a tab character that violates indentation", "a tab; YAML indents with spaces"},
    {"found a tab character where an indentation space is expected",
     "a tab; YAML indents with spaces"},
    {"did not find expected hexdecimal number", "expected hexadecimal digits in an escape"},
    {"found invalid Unicode character escape code", "an escape that is no Unicode character"},
    {"control characters are not allowed", "a control character; write it as an escape in double "
                                           "quotes"},
    {"invalid leading UTF-8 octet", "not UTF-8"},
    {"invalid trailing UTF-8 octet", "not UTF-8"},
    {"invalid length of a UTF-8 sequence", "not UTF-8"},
    {"incomplete UTF-8 octet sequence", "not UTF-8"},
    {"invalid Unicode character", "not UTF-8"},
};

const char *rh_yaml_explain(const char *problem, const char *at)
{
    if (!problem)
        return "not YAML";
    if (!strcmp(problem, "found character that cannot start any token")) {
        if (*at == '\t')
            return "a tab; YAML indents with spaces";
        if (*at == '@' || *at == '`')
            return "a value cannot begin with '@' or '`'; quote it";
        return "a value cannot begin with '%'; quote it";
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(problem, table[i].problem))
            return table[i].words;
    return problem;
}
