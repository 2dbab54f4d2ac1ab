#include "process-memory.h"
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (1UL << 20)
#define LEAST_PAGE 4096
#define OVERLAP_ROOM (1UL << 16)

static long page;
static unsigned char buffer[CHUNK + OVERLAP] __attribute__((aligned(64)));

/* pagemap(5): bit 63 says that a page is in memory, bit 62 that it is swapped out. Pages never touched hold nothing. */
static size_t present_pages(int pagemap, unsigned long address, size_t count, uint64_t *entries) {
  if (pread(pagemap, entries, count * 8, address / page * 8) != (ssize_t)(count * 8)) memset(entries, 0xff, count * 8);
  size_t first = 0;
  while (first < count && entries[first] >> 62 == 0) first++;
  return first;
}

/* Goes from one run of present pages to the next; a run longer than a chunk is read with an overlap. */
static long visit_range(int memory, int pagemap, unsigned long start, unsigned long end, chunk_visitor visit) {
  static uint64_t entries[(CHUNK + OVERLAP_ROOM) / LEAST_PAGE];
  long visited = 0;
  for (unsigned long at = start; at < end;) {
    unsigned long reach = end - at < CHUNK ? end - at : CHUNK;
    size_t count = (end - at < CHUNK + page ? end - at : CHUNK + page) / page;
    size_t first = present_pages(pagemap, at, count, entries);
    at += first * page;
    if (first * page >= reach) continue;
    size_t last = first;
    while (last < count && entries[last] >> 62) last++;
    unsigned long wanted = (last - first) * page, length = reach - first * page;
    if (wanted < length) length = wanted;
    if (wanted > length + OVERLAP) wanted = length + OVERLAP;
    ssize_t got = pread(memory, buffer, wanted, at);
    if (got < 0 || (unsigned long)got < length) return -1;
    visit(buffer, length, got);
    visited += length;
    at += length;
  }
  return visited;
}

/* Anonymous memory (heaps, stacks, what V8 maps) and what is mapped writable from files; not the vDSO, which no read reaches. */
static long visit_all(FILE *maps, int memory, int pagemap, chunk_visitor visit) {
  char line[4500];
  long visited = 0;
  while (fgets(line, sizeof line, maps)) {
    unsigned long start, end, inode;
    char rights[8];
    if (sscanf(line, "%lx-%lx %7s %*x %*s %lu", &start, &end, rights, &inode) != 4) return -1;
    if (rights[0] != 'r' || (inode != 0 && rights[1] != 'w') || strstr(line, "[v")) continue;
    long some = visit_range(memory, pagemap, start, end, visit);
    if (some < 0) {
      fprintf(stderr, "cannot read %s", line);
      return -1;
    }
    visited += some;
  }
  return visited;
}

/* SIGSTOP works when the scheduler gets to it: state T (proc(5), stat) says that every thread stands still. */
static int stop(pid_t pid) {
  char path[64], text[512];
  if (kill(pid, SIGSTOP) != 0) return -1;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  for (int tries = 0; tries < 5000; tries++, usleep(1000)) {
    FILE *file = fopen(path, "r");
    if (!file) return -1;
    char *read = fgets(text, sizeof text, file);
    fclose(file);
    char *state = read ? strrchr(text, ')') : NULL;
    if (state && (state[2] == 'T' || state[2] == 't')) return 0;
  }
  return -1;
}

static FILE *open_maps(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  return fopen(path, "r");
}

static int open_file(pid_t pid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  return open(path, O_RDONLY);
}

long each_chunk(pid_t pid, chunk_visitor visit) {
  page = sysconf(_SC_PAGESIZE);
  long visited = -1;
  if (stop(pid) == 0) {
    FILE *maps = open_maps(pid);
    int memory = open_file(pid, "mem"), pagemap = open_file(pid, "pagemap");
    if (maps && memory >= 0 && pagemap >= 0) visited = visit_all(maps, memory, pagemap, visit);
    else perror("cannot open the memory of the process");
    if (maps) fclose(maps);
    if (memory >= 0) close(memory);
    if (pagemap >= 0) close(pagemap);
  }
  kill(pid, SIGCONT);
  return visited;
}
