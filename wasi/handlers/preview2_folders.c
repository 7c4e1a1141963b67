/* wasi:filesystem: the folders that the guest was given, and what is in a folder. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview2_handlers.h"
#include "wasi/canonical.h"
#include "wasi/handlers/preview2_descriptor.h"
#include "wasi/handlers/preview2_stat.h"
#include "wasi/preview1.h"
#include "wasi/resources.h"
#include "wasi/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_FOLDER 3 /* behind standard input, output and error */
#define ENTRIES 16384  /* bytes that are read at once */

/* The entry of getdents64(2). */
struct kernel_entry {
    uint64_t inode;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
};

/* The next descriptor that has a folder's name, for descriptor_release(); NULL behind the last one.
 * Listening sockets may stand before them. */
static struct descriptor *next_folder(uint32_t *number)
{
    struct descriptor *found = descriptor_get((*number)++);
    while (found != NULL && found->opened == NULL) {
        descriptor_release(found);
        found = descriptor_get((*number)++);
    }
    return found;
}

static uint32_t count_folders(void)
{
    uint32_t number = FIRST_FOLDER, count = 0;
    struct descriptor *folder;
    while ((folder = next_folder(&number)) != NULL) {
        descriptor_release(folder);
        count++;
    }
    return count;
}

/* The guest's code runs meanwhile, but it cannot give a name to a folder: there are no more than
 * counted. */
void preview2_preopens_get_directories(struct wasi_list *answer)
{
    const uint32_t most = count_folders();
    const uint32_t at = wit_allocate(most * sizeof(struct wit_preopen), 4);
    uint32_t number = FIRST_FOLDER, count = 0;
    struct descriptor *folder;
    while (count < most && (folder = next_folder(&number)) != NULL) {
        const union resource_content content = {.descriptor = folder};
        const struct wit_preopen preopen = {
            .name = wit_text_out(folder->opened),
            .descriptor = resource_new(RESOURCE_DESCRIPTOR, &content),
        };
        wit_store(at + count * (uint32_t)sizeof preopen, &preopen, sizeof preopen, 4);
        count++;
    }
    *answer = (struct wasi_list){at, count};
}

/* A stream has a position of its own, so it opens the folder anew. */
int64_t preview2_descriptor_read_directory(uint32_t self, uint32_t *answer)
{
    struct descriptor *const folder = preview2_descriptor(self);
    int64_t result = -ENOTDIR;
    if (folder->type == TYPE_DIRECTORY) {
        result = KERNEL(openat, folder->host, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    }
    descriptor_release(folder);
    if (result < 0) {
        return result;
    }
    const union resource_content content = {.entries = {.host = (int)result}};
    *answer = resource_new(RESOURCE_DIRECTORY_ENTRY_STREAM, &content);
    return 0;
}

/* The next entry; NULL behind the last one, or with *result below 0. */
static const struct kernel_entry *next_entry(struct entry_stream *stream, int64_t *result)
{
    *result = 0;
    if (stream->entries == NULL) {
        stream->entries = malloc(ENTRIES);
        if (stream->entries == NULL) {
            *result = -ENOMEM;
            return NULL;
        }
    }
    if (stream->at == stream->bytes) {
        *result = KERNEL(getdents64, stream->host, stream->entries, ENTRIES);
        stream->at = 0;
        stream->bytes = *result > 0 ? (uint32_t)*result : 0;
        if (*result <= 0) {
            return NULL;
        }
    }
    const struct kernel_entry *const entry = (const void *)(stream->entries + stream->at);
    stream->at += entry->length;
    return entry;
}

static bool is_itself_or_parent(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Some file systems do not know a type without the file. */
static uint8_t type_of(const struct entry_stream *stream, const struct kernel_entry *entry)
{
    struct stat st;
    if (entry->type != DT_UNKNOWN) {
        return wit_type_of((mode_t)DTTOIF(entry->type));
    }
    return KERNEL(newfstatat, stream->host, entry->name, &st, AT_SYMLINK_NOFOLLOW) == 0
               ? wit_type_of(st.st_mode)
               : 0;
}

/* The name is copied, for the stream may be read on while guest code runs. */
static int64_t read_entry(struct entry_stream *stream, struct folder_entry *answer)
{
    const struct kernel_entry *entry;
    int64_t result;
    do {
        entry = next_entry(stream, &result);
    } while (entry != NULL && is_itself_or_parent(entry->name));
    if (entry == NULL) {
        return result;
    }
    const size_t length = strnlen(entry->name, NAME_MAX);
    if (!is_utf8(entry->name, length)) {
        return -EILSEQ;
    }
    memcpy(answer->name, entry->name, length);
    answer->name[length] = '\0';
    answer->inode = entry->inode;
    answer->type = type_of(stream, entry);
    return 1;
}

int64_t preview2_next_entry(uint32_t handle, struct folder_entry *entry)
{
    union resource_content *const content = resource_get(handle, RESOURCE_DIRECTORY_ENTRY_STREAM);
    fork_lock_acquire(&content->entries.lock);
    const int64_t result = read_entry(&content->entries, entry);
    fork_lock_release(&content->entries.lock);
    resource_release(content);
    return result;
}

int64_t preview2_directory_entry_stream_read_directory_entry(uint32_t self,
                                                             struct wit_option_directory_entry *answer)
{
    struct folder_entry entry;
    const int64_t result = preview2_next_entry(self, &entry);
    if (result == 1) {
        answer->tag = 1;
        answer->some.type = entry.type;
        answer->some.name = wit_text_out(entry.name);
    }
    return result;
}
