/* Arguments and variables. */
#include "draft.h"

int main(void)
{
    IS(argument_count(), 4);
    for (uint32_t i = 1; i < argument_count(); i++) {
        say("<%s>", argument(i));
    }
    TEXT(variable("NAME"), "value=with=signs");
    TEXT(variable("EMPTY"), "");
    IS(variable("MISSING") == NULL, true);
    return done();
}
