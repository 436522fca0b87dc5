/* toJSON: indented by two spaces, as the runner writes it. */
#include "sim/expression/evaluate.h"

static void write_unit(rh_text *text, unsigned unit)
{
    static const char digits[] = "0123456789abcdef";
    rh_text_puts(text, "\\u");
    for (int shift = 12; shift >= 0; shift -= 4)
        rh_text_putc(text, digits[unit >> shift & 15]);
}

/* What stands for a character in a JSON string; NULL for itself. */
static const char *short_escape(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* Line ends of Unicode are escaped, too: U+0085, U+2028, U+2029. Returns the bytes taken. */
static size_t write_line_end(rh_text *text, const char *at, size_t left)
{
    if (left >= 2 && memcmp(at, "\xc2\x85", 2) == 0) {
        write_unit(text, 0x85);
        return 2;
    }
    if (left >= 3 && memcmp(at, "\xe2\x80", 2) == 0 && (at[2] == '\xa8' || at[2] == '\xa9')) {
        write_unit(text, at[2] == '\xa8' ? 0x2028 : 0x2029);
        return 3;
    }
    return 0;
}

static void write_string(rh_text *text, const char *string, size_t length)
{
    rh_text_putc(text, '"');
    for (size_t i = 0; i < length;) {
        const char *escape = short_escape(string[i]);
        size_t taken = write_line_end(text, string + i, length - i);
        if (taken) {
            i += taken;
            continue;
        }
        if (escape)
            rh_text_puts(text, escape);
        else if ((unsigned char)string[i] < 0x20)
            write_unit(text, (unsigned char)string[i]);
        else
            rh_text_putc(text, string[i]);
        i++;
    }
    rh_text_putc(text, '"');
}

static void write_line(rh_text *text, size_t level)
{
    rh_text_putc(text, '\n');
    rh_text_fill(text, ' ', 2 * level);
}

static void write_value(rh_text *text, const rh_value *value, size_t level)
{
    rh_kind kind = rh_kind_of(value);
    rh_view view;
    if (kind == RH_NULL) {
        rh_text_puts(text, "null");
    } else if (kind == RH_STRING) {
        write_string(text, value->as.text, value->count);
    } else if (kind == RH_LIST || kind == RH_OBJECT) {
        rh_text_putc(text, kind == RH_LIST ? '[' : '{');
        for (size_t i = 0; i < value->count; i++) {
            rh_text_puts(text, i ? "," : "");
            write_line(text, level + 1);
            if (kind == RH_OBJECT) {
                write_string(text, value->as.fields[i].key, strlen(value->as.fields[i].key));
                rh_text_puts(text, ": ");
            }
            write_value(text, rh_at(value, i), level + 1);
        }
        if (value->count)
            write_line(text, level);
        rh_text_putc(text, kind == RH_LIST ? ']' : '}');
    } else if (rh_expression_is_primitive(value)) {
        rh_expression_view(value, &view);
        rh_text_add(text, view.text, view.length);
    } else {
        rh_text_puts(text, "{}");
    }
}

const rh_value *rh_evaluate_to_json(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *value = rh_evaluate(evaluation, node->operands[0]);
    if (!value)
        return NULL;
    const rh_value *unknown = rh_expression_find_unknown(value);
    if (unknown)
        return rh_evaluation_unknown(evaluation, unknown, rh_expression_flags(value));
    rh_text text = rh_text_in(evaluation->arena);
    write_value(&text, value, 0);
    return rh_evaluation_string(evaluation, text.data, text.length, rh_expression_flags(value));
}
