/* Calls an API that was added by its .proto alone. usage: clipboard ENDPOINT TEXT */
#include <stdio.h>

#include "clipboard.winapi.h"
#include "winapi.h"

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    winapi_channel_options options = {.endpoint = count > 1 ? arguments[1] : NULL};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    winapi_arena *arena = winapi_arena_new();
    desktop_v1_CopyRequest copy = {.text = winapi_str(count > 2 ? arguments[2] : "")};
    desktop_v1_CopyReply copied;
    desktop_v1_PasteRequest paste = {0};
    desktop_v1_PasteReply pasted;
    bool good = channel != NULL &&
                desktop_v1_Clipboard_Copy(channel, NULL, &copy, &copied, arena, &error) == WINAPI_OK &&
                desktop_v1_Clipboard_Paste(channel, NULL, &paste, &pasted, arena, &error) == WINAPI_OK;
    if (good) {
        (void)printf("pasted %s\n", pasted.text.data);
    } else {
        (void)fprintf(stderr, "%s: %s\n", winapi_status_name(error.code), error.message);
    }
    winapi_arena_free(arena);
    winapi_channel_free(channel);
    return good ? 0 : 1;
}
