/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See idmap.h. Linear probing with at most half of the slots used. A removal moves the following
 * entries back, so that there are no marks for removed entries.
 */
#include "config.h"
#include "plugins/job_submit/idmap.h"

#include <stdlib.h>

static size_t home_of(const struct idmap *map, uint64_t key)
{
	/*
	 * Fibonacci hashing: the low bits would be sufficient for job ids, but not for array tasks.
	 */
	return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (map->size - 1);
}

static struct idmap_slot *find_slot(const struct idmap *map, uint64_t key)
{
	size_t i = home_of(map, key);

	while (map->slots[i].value && map->slots[i].key != key)
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

void *idmap_get(const struct idmap *map, uint64_t key)
{
	return map->size ? find_slot(map, key)->value : NULL;
}

static int grow(struct idmap *map)
{
	struct idmap bigger = { .size = map->size ? map->size * 2 : 64 };

	bigger.slots = calloc(bigger.size, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -1;
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].value)
			*find_slot(&bigger, map->slots[i].key) = map->slots[i];
	bigger.count = map->count;
	free(map->slots);
	*map = bigger;
	return 0;
}

int idmap_put(struct idmap *map, uint64_t key, void *value)
{
	struct idmap_slot *slot;

	if ((map->count + 1) * 2 > map->size && grow(map))
		return -1;
	slot = find_slot(map, key);
	if (!slot->value)
		map->count++;
	slot->key = key;
	slot->value = value;
	return 0;
}

void idmap_remove(struct idmap *map, uint64_t key)
{
	struct idmap_slot *hole;
	size_t i;

	if (!map->size)
		return;
	hole = find_slot(map, key);
	if (!hole->value)
		return;
	hole->value = NULL;
	map->count--;
	i = (size_t)(hole - map->slots);
	for (;;) {
		size_t home;

		i = (i + 1) & (map->size - 1);
		if (!map->slots[i].value)
			return;
		/* An entry may fill the hole unless its home lies between the hole and itself. */
		home = home_of(map, map->slots[i].key);
		if (((i - home) & (map->size - 1)) >=
		    ((i - (size_t)(hole - map->slots)) & (map->size - 1))) {
			*hole = map->slots[i];
			hole = &map->slots[i];
			hole->value = NULL;
		}
	}
}

struct idmap_walk idmap_walk_part(size_t part, size_t parts)
{
	return (struct idmap_walk){ .slot = part, .skip = parts - 1 };
}

void *idmap_next(const struct idmap *map, struct idmap_walk *walk)
{
	/* The slot of a removed entry may now hold another entry that was not visited yet. */
	if (walk->visited && map->slots[walk->slot].value &&
	    map->slots[walk->slot].key == walk->key)
		walk->slot += walk->skip + 1;
	while (walk->slot < map->size && !map->slots[walk->slot].value)
		walk->slot += walk->skip + 1;
	walk->visited = walk->slot < map->size;
	if (!walk->visited)
		return NULL;
	walk->key = map->slots[walk->slot].key;
	return map->slots[walk->slot].value;
}
