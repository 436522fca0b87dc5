#include "reports/history_update.h"

#include "reports/proto.h"

static void write_accepted(rh_out *out, const rh_entry *entry, const char *identity)
{
    rh_arena *arena = out->text->arena;
    rh_out_string(out, "protocolInstanceId", entry->text);
    rh_out_string(out, "acceptedRequestMessageId", rh_format(arena, "%s/request", entry->text));
    rh_proto_id(out, "acceptedRequestSequencingEventId", entry->number);
    rh_out_object(out, "acceptedRequest");
    rh_out_object(out, "meta");
    rh_out_string(out, "updateId", entry->text);
    rh_out_string(out, "identity", identity);
    rh_out_end_object(out);
    rh_out_object(out, "input");
    rh_out_string(out, "name", entry->name->text);
    rh_proto_payloads(out, "args", entry->value);
    rh_out_end_object(out);
    rh_out_end_object(out);
}

static void write_completed(rh_out *out, const rh_entry *entry)
{
    rh_out_object(out, "meta");
    rh_out_string(out, "updateId", entry->text);
    rh_out_end_object(out);
    rh_proto_id(out, "acceptedEventId", entry->number);
    rh_out_object(out, "outcome");
    if (entry->failure)
        rh_proto_failure(out, "failure", entry->failure);
    else
        rh_proto_payloads(out, "success", entry->value ? entry->value : rh_null());
    rh_out_end_object(out);
}

void rh_history_write_update(rh_out *out, const rh_entry *entry, const char *identity)
{
    if (entry->kind == RH_ENTRY_UPDATE_ACCEPTED)
        write_accepted(out, entry, identity);
    else
        write_completed(out, entry);
}
