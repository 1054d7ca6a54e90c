/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash table from a 64-bit key to a pointer, for jobs by id. The table does not own what its
 * pointers point to.
 */
#ifndef PLUGINS_JOB_SUBMIT_IDMAP_H
#define PLUGINS_JOB_SUBMIT_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idmap_slot {
	uint64_t key;
	void *value; /* NULL: the slot is free */
};

/* A zero-filled table is an empty one. Only idmap.c touches slots and size. */
struct idmap {
	struct idmap_slot *slots;
	size_t size;  /* slots; 0 or a power of two */
	size_t count; /* entries */
};

/* Returns the value, or NULL if the key is not in the table. */
void *idmap_get(const struct idmap *map, uint64_t key);

/* Adds the key, or replaces its value, which must not be NULL. Returns -1 if out of memory. */
int idmap_put(struct idmap *map, uint64_t key, void *value);

/* Does nothing if the key is not in the table. */
void idmap_remove(struct idmap *map, uint64_t key);

/*
 * A walk over the entries of a table, in no particular order. A zero-filled one starts at the
 * beginning.
 */
struct idmap_walk {
	size_t slot;  /* where to look next */
	size_t skip;  /* slots left out after each one: 0 visits all entries */
	bool visited; /* the entry with this key was returned from there */
	uint64_t key;
};

/*
 * A walk over one part of several, numbered from 0: each entry of a table that does not change is
 * in one part.
 */
struct idmap_walk idmap_walk_part(size_t part, size_t parts);

/*
 * Returns the next value, or NULL at the end. Between two calls the entry returned last may be
 * removed, and no other: an entry may then be returned twice, and none is left out. Nothing may be
 * added during a walk.
 */
void *idmap_next(const struct idmap *map, struct idmap_walk *walk);

#endif /* PLUGINS_JOB_SUBMIT_IDMAP_H */
