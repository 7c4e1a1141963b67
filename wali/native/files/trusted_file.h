/* Files that are as good as the user's own programs: native code that the user has made, or root.
 *
 * Trusted is what belongs to the user or to root and nobody else can write.  That holds for the file
 * and for its way: each folder and symbolic link from the first one on.  Who can change the way can
 * lead it to another file of the user's, such as one that was downloaded.  A folder that others can
 * write is trusted if it is sticky, as /tmp is: nobody else can remove or rename what is in it. */
#ifndef WALI_FILES_TRUSTED_FILE_H
#define WALI_FILES_TRUSTED_FILE_H

#include <limits.h>
#include <stdint.h>

/* What keeps a file from being trusted. */
enum distrust { TRUSTED, NO_PLAIN_FILE, OTHER_OWNER, OTHER_WRITERS };

struct trust {
    enum distrust reason;
    char place[PATH_MAX]; /* "" for the file itself, else the part of its way */
};

/* Opens a file to read it.  The descriptor; -errno; or -EPERM with trust->reason set. */
int64_t trusted_open(const char *path, struct trust *trust) __attribute__((visibility("hidden")));

#endif
