/* Calls the API from C, over the stubs that the build of ../protos has generated. */
#include <stdio.h>

#include "thermometer.winapi.h"
#include "winapi.h"

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    winapi_channel *channel = winapi_channel_new(NULL, &error);
    winapi_arena *arena = winapi_arena_new();
    thermometer_v1_ReadRequest request = {.sensor = winapi_str(count > 1 ? arguments[1] : "cpu")};
    thermometer_v1_Reading reading;
    bool good = channel != NULL && arena != NULL &&
                thermometer_v1_Thermometer_Read(channel, NULL, &request, &reading, arena, &error) == WINAPI_OK;
    if (good) {
        (void)printf("%g degrees\n", reading.celsius);
    } else {
        (void)fprintf(stderr, "%s: %s\n", winapi_status_name(error.code), error.message);
    }
    winapi_arena_free(arena);
    winapi_channel_free(channel);
    return good ? 0 : 1;
}
