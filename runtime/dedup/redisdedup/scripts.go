package redisdedup

import "github.com/redis/go-redis/v9"

// The end of a lease is not stored as a time: the key's own remaining life
// tells how long ago it was written, so one clock, the server's, does it all.

// claimScript claims a key that SET NX found taken: "busy", "done", or the
// number of claims including this one.
//
// ARGV: fence, lease, life of the key in milliseconds.
var claimScript = redis.NewScript(`
local old = redis.call('GET', KEYS[1])
local attempt = 0
if old then
	local state, n, lease, keep = string.match(old, '^(%a):%d+:(%d+):(%d+):(%d+)$')
	if state == 'd' then return 'done' end
	if state == 'c' and keep - redis.call('PTTL', KEYS[1]) < tonumber(lease) then return 'busy' end
	if not state then return 'foreign' end
	attempt = tonumber(n)
end
attempt = attempt + 1
local new = 'c:' .. ARGV[1] .. ':' .. attempt .. ':' .. ARGV[2] .. ':' .. ARGV[3]
redis.call('SET', KEYS[1], new, 'PX', ARGV[3])
return tostring(attempt)`)

// changeScript extends, commits or releases a claim: 1, or 0 if it is not held.
//
// ARGV: fence, what to do, lease, life of the key in milliseconds.
var changeScript = redis.NewScript(`
local old = redis.call('GET', KEYS[1])
if not old then return 0 end
local state, fence, n = string.match(old, '^(%a):(%d+):(%d+):')
if fence ~= ARGV[1] then return 0 end
if state == 'd' then return ARGV[2] == 'commit' and 1 or 0 end
if state ~= 'c' then return 0 end
local to = ({extend = 'c', commit = 'd', release = 'f'})[ARGV[2]]
local new = to .. ':' .. fence .. ':' .. n .. ':' .. ARGV[3] .. ':' .. ARGV[4]
redis.call('SET', KEYS[1], new, 'PX', ARGV[4])
return 1`)
