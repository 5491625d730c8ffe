/* Cases of the runtime that messages of C# do not reach. Prints the name of each case that fails; exit code 1 then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds/kinds.winapi.h"
#include "kinds/references.winapi.h"

static int failures;
static const char *current;

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            printf("%s: line %d: not so: %s\n", current, __LINE__, #condition);      \
            failures++;                                                              \
        }                                                                            \
    } while (0)

static winapi_arena *arena;

static winapi_status decode(const winapi_message_type *type, const char *bytes, size_t size, void *message,
                            winapi_error *error) {
    return winapi_message_decode(type, (const uint8_t *)bytes, size, message, arena, error);
}

static void zeroed_message_is_empty(void) {
    kinds_Choice message = { 0 };
    size_t size = 1;
    CHECK(winapi_message_size(&kinds_Choice_type, &message, &size) && size == 0);
    uint8_t bytes[4];
    CHECK(winapi_message_encode(&kinds_Choice_type, &message, bytes, sizeof bytes) == 0);
}

static void designated_initializers_make_a_message(void) {
    kinds_Tree message = {
        .label = winapi_str("root"),
        .left = &(kinds_Tree){ .label = winapi_str("leaf") },
        .kind = { .which = kinds_Tree_kind_nothing, .nothing = &(kinds_Empty){ 0 } },
    };
    uint8_t bytes[64];
    size_t size = winapi_message_encode(&kinds_Tree_type, &message, bytes, sizeof bytes);
    CHECK(size == 16 && memcmp(bytes, "\x0a\x06\x2a\x04leaf\x2a\x04root\x3a\x00", 16) == 0);
}

static void strings_that_are_not_utf8_are_not_encoded(void) {
    static const char *const wrong[] = { "\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                         "\xF8\x88\x80\x80\x80", "\xC3", "abcdefgh\xFF" };
    uint8_t bytes[32];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        kinds_Inner message = { .text = winapi_str(wrong[i]) };
        size_t size;
        CHECK(!winapi_message_size(&kinds_Inner_type, &message, &size));
        CHECK(winapi_message_encode(&kinds_Inner_type, &message, bytes, sizeof bytes) == 0);
    }
}

static void strings_that_are_not_utf8_are_refused(void) {
    kinds_Inner message;
    winapi_error error;
    CHECK(decode(&kinds_Inner_type, "\x0a\x02\xC0\x80", 4, &message, &error) == WINAPI_INVALID_ARGUMENT);
    CHECK(strcmp(error.message, "the bytes are no kinds.Inner: in kinds.Inner, field 1: it is not UTF-8") == 0);
    CHECK(message.text.size == 0 && message.text.data == NULL);
}

static void sizes_without_data_are_not_encoded(void) {
    kinds_Plain text = { .bytes_field = { NULL, 3 } };
    kinds_Repeated items = { .int32_field = { NULL, 2 } };
    size_t size;
    uint8_t bytes[16];
    CHECK(!winapi_message_size(&kinds_Plain_type, &text, &size));
    CHECK(winapi_message_encode(&kinds_Plain_type, &text, bytes, sizeof bytes) == 0);
    CHECK(!winapi_message_size(&kinds_Repeated_type, &items, &size));
    CHECK(winapi_message_encode(&kinds_Repeated_type, &items, bytes, sizeof bytes) == 0);
}

static void messages_in_a_circle_are_not_encoded(void) {
    kinds_Tree message = { 0 };
    message.left = &message;
    size_t size;
    uint8_t bytes[1024];
    CHECK(!winapi_message_size(&kinds_Tree_type, &message, &size));
    CHECK(winapi_message_encode(&kinds_Tree_type, &message, bytes, sizeof bytes) == 0);
}

/* Trees one in another: levels - 1 messages below the outermost. */
static size_t nest(uint8_t *bytes, size_t capacity, size_t levels) {
    kinds_Tree *outer = NULL;
    for (size_t i = 0; i < levels; i++) {
        kinds_Tree *tree = winapi_arena_alloc(arena, sizeof *tree);
        tree->left = outer;
        outer = tree;
    }
    return winapi_message_encode(&kinds_Tree_type, outer, bytes, capacity);
}

static void a_hundred_levels_are_the_most(void) {
    uint8_t bytes[1024];
    kinds_Tree message;
    winapi_error error;
    size_t deepest = nest(bytes, sizeof bytes, 101);
    CHECK(deepest > 200);
    CHECK(decode(&kinds_Tree_type, (char *)bytes, deepest, &message, &error) == WINAPI_OK);
    CHECK(nest(bytes, sizeof bytes, 102) == 0);
    uint8_t deeper[1024] = { 0x0a, (uint8_t)(deepest & 0x7F) | 0x80, (uint8_t)(deepest >> 7) };
    (void)nest(deeper + 3, sizeof deeper - 3, 101);
    CHECK(decode(&kinds_Tree_type, (char *)deeper, deepest + 3, &message, &error) == WINAPI_INVALID_ARGUMENT);
    CHECK(strstr(error.message, "nested deeper than 100") != NULL);
}

static void the_last_entry_of_a_key_counts(void) {
    kinds_MapKeys message;
    CHECK(decode(&kinds_MapKeys_type, "\x1a\x04\x08\x05\x10\x01\x1a\x04\x08\x02\x10\x02\x1a\x04\x08\x05\x10\x03", 18,
                 &message, NULL) == WINAPI_OK);
    CHECK(message.int32_key.count == 2);
    CHECK(message.int32_key.items[0].key == 5 && message.int32_key.items[0].value == 3);
    CHECK(message.int32_key.items[1].key == 2 && message.int32_key.items[1].value == 2);
}

static void many_entries_of_few_keys_are_united(void) {
    enum { ENTRIES = 3000, KEYS = 7 };
    static char bytes[ENTRIES * 8];
    size_t size = 0;
    for (int i = 0; i < ENTRIES; i++) {
        const char entry[] = { 0x3a, 6, 0x0a, 1, (char)('a' + (ENTRIES - i) % KEYS), 0x10, (char)(0x80 | (i & 0x7F)),
                               (char)(i >> 7) };
        memcpy(bytes + size, entry, sizeof entry);
        size += sizeof entry;
    }
    kinds_MapKeys message;
    CHECK(decode(&kinds_MapKeys_type, bytes, size, &message, NULL) == WINAPI_OK);
    CHECK(message.string_key.count == KEYS);
    for (size_t i = 0; i < message.string_key.count; i++) {
        CHECK(message.string_key.items[i].key.data[0] == (char)('a' + (ENTRIES - (int)i) % KEYS));
        CHECK(message.string_key.items[i].value >= ENTRIES - KEYS);
    }
}

static void an_entry_without_a_value_has_an_empty_message(void) {
    kinds_Tree message;
    CHECK(decode(&kinds_Tree_type, "\x22\x03\x0a\x01k", 5, &message, NULL) == WINAPI_OK);
    CHECK(message.named.count == 1 && message.named.items[0].value != NULL);
}

static void a_oneof_holds_the_last_member(void) {
    kinds_Choice message;
    CHECK(decode(&kinds_Choice_type, "\x4a\x02hi\x18\x07", 6, &message, NULL) == WINAPI_OK);
    CHECK(message.value.which == kinds_Choice_value_int64_value && message.value.int64_value == 7);
}

static void a_oneof_member_without_a_message_is_an_empty_one(void) {
    kinds_Choice message = { .other = { .which = kinds_Choice_other_other_choice } };
    uint8_t bytes[8];
    CHECK(winapi_message_encode(&kinds_Choice_type, &message, bytes, sizeof bytes) == 3);
    CHECK(memcmp(bytes, "\x9a\x03\x00", 3) == 0);
}

static void absent_and_empty_differ_where_optional(void) {
    kinds_Optional message;
    CHECK(decode(&kinds_Optional_type, "\x4a\x00\x28\x00", 4, &message, NULL) == WINAPI_OK);
    CHECK(message.has_string_field && message.string_field.size == 0 && message.string_field.data[0] == '\0');
    CHECK(message.has_int32_field && message.int32_field == 0);
    CHECK(!message.has_bytes_field && !message.has_bool_field);
}

static void decoded_strings_end_with_zero(void) {
    kinds_Inner message;
    CHECK(decode(&kinds_Inner_type, "\x0a\x03" "abcxyz", 5, &message, NULL) == WINAPI_OK);
    CHECK(strcmp(message.text.data, "abc") == 0 && winapi_string_equals(message.text, winapi_str("abc")));
}

static void numbers_may_be_packed_or_not(void) {
    kinds_Repeated packed;
    kinds_Unpacked unpacked;
    CHECK(decode(&kinds_Repeated_type, "\x28\x01\x2a\x02\x02\x03\x28\x04", 8, &packed, NULL) == WINAPI_OK);
    CHECK(packed.int32_field.count == 4 && packed.int32_field.items[3] == 4);
    CHECK(decode(&kinds_Unpacked_type, "\x2a\x02\x02\x03", 4, &unpacked, NULL) == WINAPI_OK);
    CHECK(unpacked.int32_field.count == 2 && unpacked.int32_field.items[1] == 3);
}

static void unknown_fields_and_groups_are_skipped(void) {
    kinds_Inner message;
    CHECK(decode(&kinds_Inner_type, "\xfb\x01\x08\x01\x13\x14\xfc\x01\x10\x02", 10, &message, NULL) == WINAPI_OK);
    CHECK(message.number == 1);
    CHECK(decode(&kinds_Inner_type, "\xfb\x01\x08\x01\x04", 5, &message, NULL) == WINAPI_INVALID_ARGUMENT);
    CHECK(decode(&kinds_Inner_type, "\xfb\x01\x08\x01", 4, &message, NULL) == WINAPI_INVALID_ARGUMENT);
}

static bool add_length(const winapi_message_type *type, const void *message, void *user) {
    const winapi_BufferRef *ref = message;
    *(uint64_t *)user = *(uint64_t *)user * 10 + ref->length;
    return type == &winapi_BufferRef_type && ref->length != 9;
}

static void every_reference_is_visited(void) {
    winapi_BufferRef several[] = { { .length = 2 }, { .length = 3 } };
    kinds_References_NamedEntry named[] = { { .key = winapi_str("k"), .value = &(winapi_BufferRef){ .length = 4 } } };
    kinds_References below = { .single = &(winapi_BufferRef){ .length = 6 } };
    kinds_References message = {
        .single = &(winapi_BufferRef){ .length = 1 },
        .several = { several, 2 },
        .named = { named, 1 },
        .choice = { .which = kinds_References_choice_chosen, .chosen = &(winapi_BufferRef){ .length = 5 } },
        .below = &below,
    };
    uint64_t seen = 0;
    CHECK(winapi_message_visit(&kinds_References_type, &message, &winapi_BufferRef_type, add_length, &seen));
    CHECK(seen == 123456);
    message.choice.which = kinds_References_choice_text;
    message.choice.text = winapi_str("no reference");
    seen = 0;
    CHECK(winapi_message_visit(&kinds_References_type, &message, &winapi_BufferRef_type, add_length, &seen));
    CHECK(seen == 12346);
    several[0].length = 9;
    seen = 0;
    CHECK(!winapi_message_visit(&kinds_References_type, &message, &winapi_BufferRef_type, add_length, &seen));
    CHECK(seen == 19);
}

static bool count_visit(const winapi_message_type *type, const void *message, void *user) {
    (void)type;
    (void)message;
    ++*(int *)user;
    return true;
}

static void a_message_may_itself_be_visited(void) {
    winapi_BufferRef ref = { .length = 1 };
    int visits = 0;
    CHECK(winapi_message_visit(&winapi_BufferRef_type, &ref, &winapi_BufferRef_type, count_visit, &visits));
    CHECK(visits == 1);
    kinds_Tree children[3] = { { 0 } };
    kinds_Tree tree = { .children = { children, 3 } };
    visits = 0;
    CHECK(winapi_message_visit(&kinds_Tree_type, &tree, &kinds_Tree_type, count_visit, &visits) && visits == 4);
    CHECK(winapi_message_visit(&kinds_Tree_type, &tree, &winapi_BufferRef_type, count_visit, &visits) && visits == 4);
}

static void arenas_give_zeroed_aligned_memory(void) {
    winapi_arena *own = winapi_arena_new();
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 40000; size = size * 2 + 1) {
            unsigned char *piece = winapi_arena_alloc(own, size);
            CHECK(piece != NULL && (uintptr_t)piece % sizeof(void *) == 0);
            for (size_t i = 0; i < size; i++) {
                CHECK(piece[i] == 0);
            }
            memset(piece, 0xAA, size);
        }
        winapi_arena_reset(own);
    }
    CHECK(winapi_arena_alloc(own, SIZE_MAX - 8) == NULL);
    winapi_arena_free(own);
    winapi_arena_free(NULL);
}

static void statuses_have_names(void) {
    CHECK(strcmp(winapi_status_name(WINAPI_OK), "OK") == 0);
    CHECK(strcmp(winapi_status_name(WINAPI_DEADLINE_EXCEEDED), "DEADLINE_EXCEEDED") == 0);
    CHECK(strcmp(winapi_status_name(WINAPI_UNAUTHENTICATED), "UNAUTHENTICATED") == 0);
    CHECK(strcmp(winapi_status_name((winapi_status)17), "UNKNOWN") == 0);
    CHECK(strcmp(winapi_status_name((winapi_status)-1), "UNKNOWN") == 0);
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
#define CASE(name) { #name, name }
    CASE(zeroed_message_is_empty),
    CASE(designated_initializers_make_a_message),
    CASE(strings_that_are_not_utf8_are_not_encoded),
    CASE(strings_that_are_not_utf8_are_refused),
    CASE(sizes_without_data_are_not_encoded),
    CASE(messages_in_a_circle_are_not_encoded),
    CASE(a_hundred_levels_are_the_most),
    CASE(the_last_entry_of_a_key_counts),
    CASE(many_entries_of_few_keys_are_united),
    CASE(an_entry_without_a_value_has_an_empty_message),
    CASE(a_oneof_holds_the_last_member),
    CASE(a_oneof_member_without_a_message_is_an_empty_one),
    CASE(absent_and_empty_differ_where_optional),
    CASE(decoded_strings_end_with_zero),
    CASE(numbers_may_be_packed_or_not),
    CASE(unknown_fields_and_groups_are_skipped),
    CASE(every_reference_is_visited),
    CASE(a_message_may_itself_be_visited),
    CASE(arenas_give_zeroed_aligned_memory),
    CASE(statuses_have_names),
};

int main(void) {
    arena = winapi_arena_new();
    if (arena == NULL) {
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        current = cases[i].name;
        cases[i].run();
        winapi_arena_reset(arena);
    }
    winapi_arena_free(arena);
    printf("%zu cases, %d failures\n", sizeof cases / sizeof cases[0], failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
