// speak.cpp - a C++ caller: handles that close themselves, mistakes as exceptions, samples as a vector. Prints how long a text is when it is spoken.
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <syrinx.h>

namespace speech {

struct closer {
    void operator()(syrinx_voice *voice) const { syrinx_voice_close(voice); }
    void operator()(syrinx_stream *stream) const { syrinx_stream_free(stream); }
};
using stream_handle = std::unique_ptr<syrinx_stream, closer>;

class voice {
public:
    explicit voice(const char *name = nullptr)
    {
        syrinx_voice *opened;
        if (syrinx_voice_open(name, nullptr, &opened) < 0)
            throw std::runtime_error(syrinx_last_message());
        handle.reset(opened);
    }

    int rate() const { return syrinx_voice_sample_rate(handle.get()); }

    // Const, and for any thread: a voice does not change, and each call has a stream of its own.
    std::vector<float> say(const std::string &text, float speed = 1) const
    {
        syrinx_options options;
        syrinx_options_init(&options);
        options.rate = speed;
        syrinx_stream *made;
        if (syrinx_stream_new(handle.get(), &options, &made) < 0)
            throw std::runtime_error(syrinx_last_message());
        stream_handle stream(made);
        check(stream, syrinx_stream_text(made, text.data(), text.size(), SYRINX_TEXT));
        check(stream, syrinx_stream_end(made));
        std::vector<float> samples;
        float block[2400];
        while (int n = check(stream, syrinx_stream_read(made, block, 2400)))
            samples.insert(samples.end(), block, block + n);
        return samples;
    }

private:
    static int check(const stream_handle &stream, int code)
    {
        if (code < 0)
            throw std::runtime_error(syrinx_stream_message(stream.get()));
        return code;
    }

    std::unique_ptr<syrinx_voice, closer> handle;
};

}

int main(int argc, char **argv)
{
    try {
        const speech::voice voice;
        const std::vector<float> samples = voice.say(argc > 1 ? argv[1] : "Hello from C++.", argc > 2 ? std::stof(argv[2]) : 1);
        std::cout << static_cast<double>(samples.size()) / voice.rate() << " seconds\n";
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
