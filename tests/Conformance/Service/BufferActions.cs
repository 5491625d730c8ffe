namespace WinApi.Conformance.Tests;

/// <summary>What a handler does with buffers lent to it, and with those it lends.</summary>
internal static class BufferActions
{
    public static async Task<BufferReply> RunAsync(BufferRequest request, ServerCallContext context)
    {
        var reply = new BufferReply { Shared = true };
        for (var index = 0; index < request.Buffers.Count; index++)
        {
            var fill = request.Action == BufferAction.Fill;
            using var buffer = context.OpenBuffer(
                request.Buffers[index], fill ? BufferAccess.ReadWrite : BufferAccess.Read);
            if (fill)
            {
                Pattern.Fill(buffer.Span, request.Seed + index);
            }

            reply.Digests.Add(Pattern.Digest(buffer.ReadOnlySpan));
            reply.Shared &= buffer.IsShared;
        }

        if (request.Action == BufferAction.Rent)
        {
            for (var index = 0; index < request.Count; index++)
            {
                var buffer = await context.RentBufferAsync(request.Length);
                Pattern.Fill(buffer.Span, request.Seed + index);
                reply.Digests.Add(Pattern.Digest(buffer.ReadOnlySpan));
                reply.Buffers.Add(buffer.Reference);
                reply.Shared &= buffer.IsShared;
            }
        }

        return reply;
    }

    public static async Task<BufferRef> LendAsync(ServerCallContext context, int length, int seed)
    {
        var buffer = await context.RentBufferAsync(length);
        Pattern.Fill(buffer.Span, seed);
        return buffer.Reference;
    }
}
