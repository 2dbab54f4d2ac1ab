/* Reads another process's memory, stopped for as long as it takes: whatever could hold a key. */
#ifndef PROCESS_MEMORY_H
#define PROCESS_MEMORY_H
#include <stddef.h>
#include <sys/types.h>

/* The longest thing looked for, in octets: a chunk goes on that far into the one behind it. */
#define OVERLAP 1024

/* `length` octets begin in this chunk, `readable` can be read; `chunk` is aligned to 8 octets as it is in the process. */
typedef void (*chunk_visitor)(const unsigned char *chunk, size_t length, size_t readable);

/* Stops the process, visits all pages that are there and that it can have written, lets it go on. Octets visited, -1 on failure. */
long each_chunk(pid_t pid, chunk_visitor visit);
#endif
