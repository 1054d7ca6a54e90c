/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash table from a 64-bit key to a pointer, for jobs by id. Owns nothing that it points to.
 */
#ifndef PLUGINS_JOB_SUBMIT_IDMAP_H
#define PLUGINS_JOB_SUBMIT_IDMAP_H

#include <stddef.h>
#include <stdint.h>

struct idmap_slot {
	uint64_t key;
	void *value; /* NULL: free */
};

struct idmap {
	struct idmap_slot *slots;
	size_t size; /* 0 or a power of two */
	size_t count;
};

void *idmap_get(const struct idmap *map, uint64_t key); /* NULL: not there */
int idmap_put(struct idmap *map, uint64_t key,
	      void *value); /* value not NULL; replaces; -1 when out of memory */
void idmap_remove(struct idmap *map,
		  uint64_t key); /* moves other entries: not inside a walk over slots */

#endif /* PLUGINS_JOB_SUBMIT_IDMAP_H */
