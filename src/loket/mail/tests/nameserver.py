"""A name server on the loopback, which knows the TXT records of a test."""

import socketserver
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class NameServer:
    """``texts`` is {name: [text, …]}; with ``is_broken`` it says SERVFAIL. ``resolver()`` asks it and nobody else."""

    def __init__(self):
        self.texts, self.is_broken = {}, False
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                data, socket = self.request
                socket.sendto(server.answer(dns.message.from_wire(data)).to_wire(max_size=4096), self.client_address)

        self.server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, query):
        answer, asked = dns.message.make_response(query), query.question[0]
        answer.flags |= dns.flags.RA
        texts = self.texts.get(asked.name.to_text(omit_final_dot=True), ())
        if self.is_broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts:
            rows = [" ".join(f'"{text[n : n + 255]}"' for n in range(0, len(text), 255)) for text in texts]
            answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", "TXT", rows))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def resolver(self):
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.server.server_address[1]
        return resolver

    def close(self):
        self.server.shutdown()
        self.server.server_close()
