-- Asks for the addresses in a file, one after another, each thread from another place in the list.
-- Arguments: FILE [HEADER-LINE...]. Tells statuses and errors as one line for the caller.

local threads = {}

function setup(thread)
   thread:set("number", #threads)
   table.insert(threads, thread)
end

function init(args)
   paths, at = {}, 0
   counts = { ok = 0, refused = 0, failed = 0 }
   for line in io.lines(args[1]) do
      paths[#paths + 1] = line
   end
   at = math.floor(number * #paths / 2)
   for i = 2, #args do
      local name, value = args[i]:match("^([^:]+): *(.*)$")
      wrk.headers[name] = value
   end
end

function request()
   at = at % #paths + 1
   return wrk.format("GET", paths[at])
end

function response(status)
   if status >= 500 then
      counts.failed = counts.failed + 1
   elseif status >= 400 then
      counts.refused = counts.refused + 1
   else
      counts.ok = counts.ok + 1
   end
end

function done(summary, latency)
   local ok, refused, failed = 0, 0, 0
   for _, thread in ipairs(threads) do
      local counts = thread:get("counts")
      ok, refused, failed = ok + counts.ok, refused + counts.refused, failed + counts.failed
   end
   local errors = summary.errors
   io.write(string.format(
      "RESULT seconds=%f requests=%d bytes=%d ok=%d refused=%d failed=%d broken=%d timeouts=%d p50_us=%d p95_us=%d p99_us=%d\n",
      summary.duration / 1e6, summary.requests, summary.bytes, ok, refused, failed,
      errors.connect + errors.read + errors.write, errors.timeout,
      latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
