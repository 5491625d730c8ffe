/*
 * The services of Windows, from C over the generated stubs. usage: services TEXT X Y | services picture
 * Prints what is on the clipboard, then puts TEXT there; whether a secret came back; how many keys HKLM has below
 * SOFTWARE\Microsoft; and the colour of the pixel at X, Y. With 'picture' it turns the picture on the clipboard upside down.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "winapi.h"
#include "winapi/v1/clipboard.winapi.h"
#include "winapi/v1/registry.winapi.h"
#include "winapi/v1/screen.winapi.h"
#include "winapi/v1/secrets.winapi.h"

static winapi_status clipboard(winapi_channel *channel, winapi_arena *arena, const char *text, winapi_error *error) {
    winapi_v1_GetClipboardTextRequest get = {0};
    winapi_v1_ClipboardText held, next = {.text = winapi_str(text)};
    winapi_v1_SetClipboardTextReply set;
    winapi_status status = winapi_v1_Clipboard_GetText(channel, NULL, &get, &held, arena, error);
    if (status == WINAPI_OK) {
        (void)printf("clipboard %s\n", held.text.data);
        status = winapi_v1_Clipboard_SetText(channel, NULL, &next, &set, arena, error);
    }
    return status;
}

/* The picture that is there, and puts it back upside down, by reference both ways. */
static winapi_status picture(winapi_channel *channel, winapi_arena *arena, winapi_error *error) {
    winapi_v1_GetClipboardImageRequest get = {0};
    winapi_v1_ClipboardImage image;
    winapi_v1_SetClipboardImageReply set;
    winapi_shared_buffer *seen = NULL, *turned = NULL;
    winapi_BufferRef reference;
    winapi_status status = winapi_v1_Clipboard_GetImage(channel, NULL, &get, &image, arena, error);
    status = status != WINAPI_OK ? status : winapi_buffer_open(channel, image.pixels, &seen, error);
    size_t row = status == WINAPI_OK ? (size_t)image.width * 4 : 0;
    status = status != WINAPI_OK ? status : winapi_buffer_rent(channel, row * image.height, NULL, &turned, error);
    if (status == WINAPI_OK) {
        const uint8_t *from = winapi_buffer_data(seen);
        uint8_t *to = winapi_buffer_data(turned);
        (void)printf("picture %u x %u, first red %d\n", (unsigned)image.width, (unsigned)image.height, from[2]);
        for (size_t y = 0; y < image.height; y++) {
            memcpy(to + y * row, from + (image.height - 1 - y) * row, row);
        }
        winapi_buffer_ref(turned, &reference);
        image.pixels = &reference;
        status = winapi_v1_Clipboard_SetImage(channel, NULL, &image, &set, arena, error);
    }
    winapi_buffer_release(turned);
    winapi_buffer_release(seen);
    return status;
}

static winapi_status secret(winapi_channel *channel, winapi_arena *arena, winapi_error *error) {
    static const uint8_t plain[] = {0, 1, 2, 250, 0, 7};
    winapi_v1_ProtectRequest protect = {.secret = {plain, sizeof plain}};
    winapi_v1_ProtectedSecret kept;
    winapi_v1_Secret back;
    winapi_status status = winapi_v1_Secrets_Protect(channel, NULL, &protect, &kept, arena, error);
    winapi_v1_UnprotectRequest unprotect = {0};
    if (status == WINAPI_OK) {
        unprotect.data = kept.data;
        status = winapi_v1_Secrets_Unprotect(channel, NULL, &unprotect, &back, arena, error);
    }
    if (status == WINAPI_OK) {
        bool same = back.data.size == sizeof plain && memcmp(back.data.data, plain, sizeof plain) == 0;
        bool hidden = kept.data.size > sizeof plain && memcmp(kept.data.data, plain, sizeof plain) != 0;
        (void)printf("secret %s\n", same && hidden ? "came back" : "is wrong");
    }
    return status;
}

static winapi_status registry(winapi_channel *channel, winapi_error *error) {
    winapi_v1_ListRegistryRequest request = {.key = winapi_str("HKLM\\SOFTWARE\\Microsoft")};
    winapi_v1_Registry_List_call *call = winapi_v1_Registry_List(channel, NULL, &request, error);
    const winapi_v1_RegistryEntry *entry;
    int keys = 0;
    if (call == NULL) {
        return error->code;
    }
    while (winapi_v1_Registry_List_read(call, &entry) == WINAPI_OK && entry != NULL) { /* NULL: the end */
        keys += entry->entry.which == winapi_v1_RegistryEntry_entry_key;
    }
    winapi_status status = winapi_v1_Registry_List_finish(call, error);
    (void)printf("registry %d keys\n", keys);
    return status;
}

static winapi_status screen(winapi_channel *channel, winapi_arena *arena, char **at, winapi_error *error) {
    winapi_shared_buffer *buffer;
    winapi_BufferRef reference;
    winapi_v1_ScreenRegion region = {.left = atoi(at[0]), .top = atoi(at[1]), .width = 1, .height = 1};
    winapi_v1_CaptureRequest request = {.region = &region, .buffer = &reference};
    winapi_v1_CaptureReply reply;
    winapi_status status = winapi_buffer_rent(channel, 4, NULL, &buffer, error);
    if (status != WINAPI_OK) {
        return status;
    }
    winapi_buffer_ref(buffer, &reference);
    status = winapi_v1_Screen_Capture(channel, NULL, &request, &reply, arena, error);
    const uint8_t *pixel = winapi_buffer_data(buffer);
    (void)printf("buffer %s\n", winapi_buffer_is_shared(buffer) ? "shared" : "copied");
    if (status == WINAPI_OK) {
        (void)printf("pixel red %d, green %d, blue %d\n", pixel[2], pixel[1], pixel[0]);
    }
    winapi_buffer_release(buffer);
    return status;
}

static winapi_status all(winapi_channel *channel, winapi_arena *arena, char **arguments, winapi_error *error) {
    winapi_status status = clipboard(channel, arena, arguments[1], error);
    status = status != WINAPI_OK ? status : secret(channel, arena, error);
    status = status != WINAPI_OK ? status : registry(channel, error);
    return status != WINAPI_OK ? status : screen(channel, arena, arguments + 2, error);
}

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    bool turns = count == 2 && strcmp(arguments[1], "picture") == 0;
    winapi_channel *channel = count == 4 || turns ? winapi_channel_new(NULL, &error) : NULL;
    winapi_arena *arena = winapi_arena_new();
    if (channel == NULL || arena == NULL) {
        (void)fprintf(stderr, "%s\n", count == 4 || turns ? error.message : "usage: services TEXT X Y | services picture");
        return 2;
    }
    winapi_status status = turns ? picture(channel, arena, &error) : all(channel, arena, arguments, &error);
    if (status != WINAPI_OK) {
        (void)fprintf(stderr, "%s: %s\n", winapi_status_name(status), error.message);
    }
    winapi_arena_free(arena);
    winapi_channel_free(channel);
    return status == WINAPI_OK ? 0 : 1;
}
