/* What workflow code has decided and its history keeps: markers, search attributes, memos. */
#ifndef RH_RECORD_H
#define RH_RECORD_H

#include "sim/execution.h"

/* Keeps the markers of a task's commands, for replay. */
void rh_record_keep(rh_execution *execution, size_t first, size_t end);
/* Journals a marker, attributes or a memo: true if the command is one of these. */
bool rh_record_apply(rh_execution *execution, const rh_command *command);
void rh_record_describe(rh_text *text, const rh_command *command);
/* Whether replay asks for the same. */
bool rh_record_same(const rh_command *left, const rh_command *right);
/* Asks the stage for a value in place of the code's own: false if it has none. */
bool rh_record_ask(rh_execution *execution, rh_marker *marker);

#endif
