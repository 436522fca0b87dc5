#include "reports/effects.h"

#include "sim/base/hash.h"

static uint64_t hash_of(const rh_name *kind, const char *key)
{
    uint64_t hash = kind ? kind->hash : 0;
    return key ? rh_hash_bytes(hash, key, strlen(key)) : hash;
}

static bool is_row(const rh_effect_row *row, const rh_name *kind, const char *key)
{
    if (row->kind != kind && (!row->kind || !kind || strcmp(row->kind->text, kind->text) != 0))
        return false;
    return row->key == key || (row->key && key && strcmp(row->key, key) == 0);
}

static uint32_t *slot_of(const rh_effect_table *table, const rh_name *kind, const char *key)
{
    size_t mask = table->slot_count - 1;
    size_t slot = (size_t)hash_of(kind, key) & mask;
    while (table->slots[slot] && !is_row(&table->rows[table->slots[slot] - 1], kind, key))
        slot = (slot + 1) & mask;
    return &table->slots[slot];
}

static void grow(rh_effect_table *table, rh_arena *arena)
{
    table->slot_count = table->slot_count ? table->slot_count * 2 : 64;
    table->slots = RH_NEW_ARRAY(arena, uint32_t, table->slot_count);
    for (size_t i = 0; i < table->count; i++)
        *slot_of(table, table->rows[i].kind, table->rows[i].key) = (uint32_t)i + 1;
}

static rh_effect_row *row_of(rh_effect_table *table, rh_arena *arena, const rh_entry *entry)
{
    if (table->count * 2 >= table->slot_count)
        grow(table, arena);
    uint32_t *slot = slot_of(table, entry->name, entry->text);
    if (!*slot) {
        table->rows = rh_arena_reserve(arena, table->rows, sizeof *table->rows, table->count + 1,
                                       &table->capacity);
        table->rows[table->count++] = (rh_effect_row){.kind = entry->name, .key = entry->text};
        *slot = (uint32_t)table->count;
    }
    return &table->rows[*slot - 1];
}

void rh_effect_table_build(rh_effect_table *table, rh_arena *arena, const rh_journal *journal)
{
    *table = (rh_effect_table){0};
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_EFFECT) {
            rh_effect_row *row = row_of(table, arena, entry);
            row->times++;
            row->tainted += entry->code != 0;
        } else if (entry->kind == RH_ENTRY_EFFECT_SKIPPED)
            row_of(table, arena, entry)->skipped++;
    }
}
