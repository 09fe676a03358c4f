package redisdedup

import "github.com/redis/go-redis/v9"

// The end of a lease is not stored as a time: the key's own remaining life
// shows how long ago it was written, so one clock, the server's, does it all.

// claimScript claims a key that SET NX found taken: "busy", "done", or the
// number of claims including this one. A claim of the same fence is this one:
// the answer to SET NX was lost, and the client asked again.
//
// A key that would live longer than it was given to had its end set by a clock
// that has been set back since. It gets its life anew, so that its lease ends as
// if it began now.
//
// ARGV: fence, lease, life of the key in milliseconds.
var claimScript = redis.NewScript(`
local old = redis.call('GET', KEYS[1])
local attempt = 0
if old then
	local state, fence, n, lease, keep = string.match(old, '^(%a):(%d+):(%d+):(%d+):(%d+)$')
	if not state then return 'foreign' end
	if state == 'c' and fence == ARGV[1] then return n end
	local left = redis.call('PTTL', KEYS[1])
	if left > tonumber(keep) then
		redis.call('PEXPIRE', KEYS[1], keep)
		left = tonumber(keep)
	end
	if state == 'd' then return 'done' end
	if state == 'c' and keep - left < tonumber(lease) then return 'busy' end
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

// pingScript does what the other commands and scripts do, to a key of its own.
var pingScript = redis.NewScript(`
redis.call('SET', KEYS[1], 'ping', 'PX', 1000)
redis.call('GET', KEYS[1])
redis.call('EXISTS', KEYS[1])
redis.call('PEXPIRE', KEYS[1], 1000)
return redis.call('PTTL', KEYS[1])`)
