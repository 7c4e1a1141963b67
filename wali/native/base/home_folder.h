/* Folders of the user's, for what is kept from one run to the next. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What the variable names, if it is absolute: NULL otherwise.  A relative folder would be another one
 * for each current folder: it is passed over, as the XDG base directory specification asks. */
const char *wali_folder_from(const char *variable);

/* The user's home by /etc/passwd; false if it is no folder of the user's own, or does not fit into `size`
 * bytes. */
bool wali_home_of_user(char *home, size_t size);
