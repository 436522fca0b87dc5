/* Parts of Temporal's protocol as proto3 JSON: payloads, failures, retry policies, enum values. */
#ifndef RH_REPORTS_PROTO_H
#define RH_REPORTS_PROTO_H

#include "reports/json_out.h"
#include "sim/failure.h"
#include "sim/retry.h"

/* One value as Payloads; NULL writes nothing. */
void rh_proto_payloads(rh_out *out, const char *key, const rh_value *value);
/* A list of arguments: a payload for each. */
void rh_proto_arguments(rh_out *out, const char *key, const rh_value *list);
/* One Payload under a key; with `type` (or NULL) in its metadata. NULL as value is null. */
void rh_proto_typed_payload(rh_out *out, const char *key, const char *type, const rh_value *value);
/* What people are shown of an event (UserMetadata); nothing if there is nothing. */
void rh_proto_metadata(rh_out *out, const char *summary, const char *details);
/* Two payloads: a name, and a message Payloads that holds the value. */
void rh_proto_named_payloads(rh_out *out, const char *key, const char *name, const rh_value *value);
void rh_proto_failure(rh_out *out, const char *key, const rh_failure *failure);
/* NULL writes nothing. */
void rh_proto_policy(rh_out *out, const char *key, const rh_retry_policy_filled *policy);
/* {"name": ...} */
void rh_proto_name(rh_out *out, const char *key, const char *name);
void rh_proto_task_queue(rh_out *out, const char *name);
/* The one namespace there is. */
#define RH_PROTO_NAMESPACE "default"
/* {"workflowId": ..., "runId": ...}; without a run id if it is NULL or empty. */
void rh_proto_execution(rh_out *out, const char *key, const char *workflow_id, const char *run_id);
/* {key: {inner: {name: payload}}}, as memo and search attributes are written; NULL writes nothing.
 */
void rh_proto_fields(rh_out *out, const char *key, const char *inner, const rh_value *object);
/* An enum value: prefix "TIMEOUT_TYPE_" and "StartToClose" give "TIMEOUT_TYPE_START_TO_CLOSE"; a
 * name that is in capitals already stays. */
void rh_proto_enum(rh_out *out, const char *key, const char *prefix, const char *name);
/* An event id, as a string; 0 writes nothing. */
void rh_proto_id(rh_out *out, const char *key, uint64_t id);

#endif
