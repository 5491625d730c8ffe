/* Where this side's token may be: in a file that the host has made, or a copy of it. */
#ifndef WINAPI_TRANSPORT_TOKEN_SEARCH_H
#define WINAPI_TRANSPORT_TOKEN_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOKEN_BYTES = 32, TOKEN_PATH_BYTES = 512, LOOKED_AT_BYTES = 400 };

/* Where to look; NULL is nowhere. */
struct token_places {
    const char *named;       /* WINAPI_TOKEN_FILE: nowhere else then */
    const char *config_home; /* XDG_CONFIG_HOME */
    const char *home;        /* HOME, where config_home is not set */
    const char *mounts;      /* the text of /proc/mounts, to look on the drives of Windows, where this is WSL2 */
};

/* Whether it is the token that is looked for. */
typedef bool token_test(const uint8_t token[TOKEN_BYTES], void *user);

struct token_search {
    token_test *matches;
    void *user;
    size_t tokens;                   /* how many files held one */
    char looked_at[LOOKED_AT_BYTES]; /* the files, with what was found; cut where there are many */
    char path[TOKEN_PATH_BYTES];     /* of the token that matched */
    uint8_t token[TOKEN_BYTES];      /* the same */
};

/* Looks at one file after the other, until a token matches; false: none does. */
bool winapi_token_search(struct token_search *search, const struct token_places *places);

/* Reads the text of a token file: 64 hexadecimal digits, with white space around them. */
bool winapi_token_parse(const char *text, uint8_t token[TOKEN_BYTES]);

#endif
