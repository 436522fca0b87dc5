/* The rules of values, for the functions that evaluate. */
#ifndef RH_EXPRESSION_RULES_H
#define RH_EXPRESSION_RULES_H

#include "sim/expression/expression.h"
#include "sim/expression/number.h"

/* How two values stand to each other. */
typedef enum rh_order {
    RH_ORDER_NONE, /* neither equal, nor less, nor greater */
    RH_ORDER_LESS,
    RH_ORDER_EQUAL,
    RH_ORDER_GREATER,
    RH_ORDER_UNKNOWN
} rh_order;

/* A text that is borrowed, or stands in `room`. */
typedef struct rh_view {
    const char *text;
    size_t length;
    char room[RH_NUMBER_TEXT];
} rh_view;

rh_order rh_expression_order(const rh_value *left, const rh_value *right);
/* null, boolean, number or string. */
bool rh_expression_is_primitive(const rh_value *value);
/* NaN for lists and objects. */
double rh_expression_to_number(const rh_value *value);
/* As rh_value_as_string, without memory. `view` must not move afterwards. */
void rh_expression_view(const rh_value *value, rh_view *view);
/* The flags that travel, of a value and all parts of it. */
uint8_t rh_expression_flags(const rh_value *value);
/* The first unknown value in a value; NULL if all is known. */
const rh_value *rh_expression_find_unknown(const rh_value *value);
/* A list of kept values that are shared, not copied; they are the same objects afterwards. */
const rh_value *rh_expression_list(rh_arena *arena, const rh_value *const *items, size_t count,
                                   uint8_t flags);

#endif
