#include "types.h"

#include "kinds/kinds.winapi.h"
#include "kinds/references.winapi.h"
#include "kinds/well_known.winapi.h"

const winapi_message_type *const types[] = {
    &kinds_Plain_type,     &kinds_Optional_type,  &kinds_Repeated_type, &kinds_Unpacked_type,
    &kinds_Choice_type,    &kinds_MapKeys_type,   &kinds_MapValues_type, &kinds_Empty_type,
    &kinds_Tree_type,      &kinds_Scattered_type, &kinds_Outer_type,    &kinds_Reserved_type,
    &kinds_WellKnown_type, &kinds_References_type,
};

const size_t type_count = sizeof types / sizeof types[0];
