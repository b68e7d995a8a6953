<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>ProgramNames</name>
    <message>
        <source>Any program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linux kernel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown program</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuestionWords</name>
    <message>
        <source>no file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants to accept a connection from</source>
        <comment>program</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants to connect to</source>
        <comment>program</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on %1 of this machine</source>
        <comment>port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this machine</source>
        <comment>the address belongs to it</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>several receivers</source>
        <comment>a multicast or broadcast address</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n connections waiting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %2, %3</source>
        <comment>heading, address, port and protocol</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It runs from memory: there is no file to look at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It could not be found out which program this is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its file was deleted or replaced while it runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not this machine&apos;s file of that path: it comes from a container or pretends to be another program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its file lies in a folder where any program of yours can write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A script, run by %1.</source>
        <comment>interpreter</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tool that connects on behalf of what starts it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for %1 s; blocked once in %2 s if nobody answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this address and port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this address and protocol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this port, from any address (%1)</source>
        <comment>port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this port at any address (%1)</source>
        <comment>port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>everything %1 accepts</source>
        <comment>program</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>everything %1 connects to</source>
        <comment>program</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this connection</source>
        <comment>how long an answer counts</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until it exits</source>
        <comment>how long an answer counts</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>5 minutes</source>
        <comment>how long an answer counts</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 hour</source>
        <comment>how long an answer counts</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until restart</source>
        <comment>how long an answer counts</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for ever</source>
        <comment>how long an answer counts</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this connection only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>scope, how long</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Any program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>every program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linux kernel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the system itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it could not be named</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Program in memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, run by %2</source>
        <comment>script, interpreter</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided</source>
        <comment>let through by Learn, nobody decided</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>out</source>
        <comment>direction of a connection</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in</source>
        <comment>direction of a connection</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in or out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learn</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock down</source>
        <comment>mode</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your answer</source>
        <comment>where a rule comes from</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You</source>
        <comment>where a rule comes from</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imported</source>
        <comment>where a rule comes from</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Administrator</source>
        <comment>where a rule comes from</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starter</source>
        <comment>where a rule comes from</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>with an error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as if refused by the other side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>silently</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for this connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until the program exits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until restart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for ever</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any protocol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>protocol %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>port %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>service, port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ports %1 to %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the local network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>user %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>user name, number</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>amount of data in a second</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>date, time</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>your answer, this once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no rule, lock down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nobody answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>everything is blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting for an answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ping and control (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in, to %1, %2</source>
        <comment>port, protocol</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>port, protocol</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow %1 to connect to %2, %3, %4</source>
        <comment>program, address, port, how long</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block %1 from connecting to %2, %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow %2 to connect to %1, %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block %2 from connecting to %1, %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow %1 and %2 to connect to each other, %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block %1 and %2 from connecting to each other, %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>here on %1</source>
        <comment>local port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That was refused because it does not fit together: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is gone by now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are not allowed to do that, or it was not confirmed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The firewall service does not answer. Nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Somebody else was faster: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This system cannot do that: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That did not work: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This one decides.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fits too, but comes later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Does not fit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Does not fit: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::cli::Text</name>
    <message>
        <source>See: sallyportctl --help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>number of a rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print the connections there are and end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rules add: say --allow, --block, --refuse or --silent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rules edit: say what to change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>explain: either the number of a connection or options, not both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>explain: the number of a connection, or --program, --to and --port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>number of a connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the answer covers: address-and-port (unless said otherwise), address, port or everything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long: once (unless said otherwise), until-exit, a time like 5m or 1h, until-restart or forever.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only when started by the program that started it now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With block: as if the other side had refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With block: let the program wait.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A line of your own about the rule.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--refuse and --silent are ways to block: one of them, and not with allow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>number of a question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>block-all: say on or off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove your own rules first, instead of adding to them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many, newest first: 1 to 1000, 50 unless said otherwise.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only allowed, blocked, held or undecided ones.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>number of lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usage: sallyportctl [--json] COMMAND [OPTIONS]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Options</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON instead of text; watch prints an object a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text, or that of a command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exit codes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no such command or option, or an argument too few or too many</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the helper cannot be reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not permitted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no such rule, question or connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a value that makes no sense</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usage: sallyportctl %1 %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no command &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON instead of text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 started by %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (run by %2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yes, everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yes, what runs in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for another %1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Windows to ask in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reports lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packets not understood</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RULE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ACTION</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PROGRAM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>WAY</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PROTOCOL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TO</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PORT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LOCAL PORT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>USER</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>FOR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ORIGIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HITS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NOTE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>QUESTION</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>STATE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PID</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>WAITING</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>COMMAND LINE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No rule could apply.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>FITS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>WHY</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decides</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ENDED</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DECIDED BY</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SENT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RECEIVED</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent, %2 received</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--%1 contradicts an option before it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program: a path, the name of a command, kernel or any.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The script that the program runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only when started by this program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A user&apos;s name or number, or any.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in, out or any.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tcp, udp, icmp, icmpv6, udplite, sctp, any or a number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port or ports of the other side: 443, 8000-8080 or any.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port or ports of this side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--script needs the --program that runs it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--program: say which program connects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--to: say which address, one and whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--port: one port, not a range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--direction: in or out, one of them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--port: say which port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the connection through.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop it; the program gets an error at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop it as if the other side had refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop it and let the program wait.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The other side: an address, a prefix, local-network, this-machine or any.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long: forever, until-restart, or a time like 5m, 1h or 30d.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Goes before every rule that is not pinned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Takes its turn again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--for: a rule lasts longer than one connection or one run of a program; those two are for answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address of the other side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this makes no sense</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no such thing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the helper cannot be reached; is sallyportd running?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>already done or already there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not supported here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is too large for a file of rules</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken back: %1, rules: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Added: %1, removed: %2, unchanged: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The helper is back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The helper is gone; waiting for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a time: write forever, until-restart, or a time like 5m, 1h or 30d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a pause: write minutes (1 to 1440) or &quot;off&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the program has no name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no command &quot;%1&quot; in PATH: write the whole path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no user &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not the %2</source>
        <extracomment>%1: what was written; %2: what it should be, e.g. &quot;number of a rule&quot;</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::models::ConnectionsModel</name>
    <message>
        <source>%1, ended</source>
        <comment>state of a connection</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <comment>state, how many, of how many connections</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>several</source>
        <comment>rules</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Program or remote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <comment>rate of received data</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <comment>rate of sent data</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Total</source>
        <comment>data</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow or block</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::models::HistoryModel</name>
    <message>
        <source>When</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decided by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Received</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow or block</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::models::RuleBook</name>
    <message numerus="yes">
        <source>%n rules made</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Rule made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule deleted</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n rules deleted</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Rule switched on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rule switched off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing left to take back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::models::RulesModel</name>
    <message>
        <source>Rule %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (off)</source>
        <comment>a rule that is switched off</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>direction, address</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>here on %1</source>
        <comment>local port</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>started by %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by %1</source>
        <comment>user</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n rules</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For</source>
        <comment>how long a rule lives</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used</source>
        <comment>how often</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No.</source>
        <comment>number of a rule</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionChoices</name>
    <message>
        <source>Applies to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whenever</source>
        <comment>label: this program / this program started by X</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How long the answer counts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;For</source>
        <comment>label of: 5 minutes, for ever...</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks, whoever started it</source>
        <comment>program</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks, started by %2</source>
        <comment>program, program</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionDetails</name>
    <message>
        <source>&amp;Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Program file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>User</source>
        <comment>label: whose program it is</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Process</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionHeader</name>
    <message>
        <source>It is not known what started it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>started by %1</source>
        <comment>program</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionRisks</name>
    <message>
        <source>Warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remark</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::views::QuestionWindow</name>
    <message>
        <source>Sallyport asks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <comment>button: decide later</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <comment>button</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Allow</source>
        <comment>button</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection goes on waiting; the tray shows it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The firewall&apos;s service is not there, so this question was withdrawn.

Its rules go on protecting you. What still waits is asked again when it is back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody answered the question before this one: it was blocked once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>question 1 of 3</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block all from this program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block everything %1 wants to connect to, for as long as chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow all of these (%1)</source>
        <comment>number of questions</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow each of these connections its own address and port, for as long as chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer did not count: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::widgets::MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sallyport::widgets::RowActions</name>
    <message>
        <source>Allow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow what this row stands for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow what this row stands for (A)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block what this row stands for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block what this row stands for (B)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
