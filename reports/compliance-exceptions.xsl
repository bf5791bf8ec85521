<?xml version="1.0" encoding="UTF-8"?>
<!-- Of the compliance report (compliance.xsl): what was accepted, tolerated, deferred and left out,
     and the means of the run. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:set="http://exslt.org/sets" exclude-result-prefixes="set">

  <!-- ==== 4: exceptions ==== -->

  <xsl:template match="system" mode="exceptions">
    <xsl:variable name="accepted" select="key('by-status', concat(@name, '&#10;accepted'))"/>
    <xsl:variable name="lowered" select="key('by-system', @name)[@lowered = 'true' or @lowered = '1']"/>
    <xsl:variable name="skipped" select="key('by-status', concat(@name, '&#10;skipped'))"/>
    <section>
      <h3>System <bdi><xsl:value-of select="@name"/></bdi></h3>
      <xsl:if test="not(acceptance or $accepted or tolerance or $lowered or requirement/deferred or $skipped
                        or fact[@name = 'only' or @name = 'skip'])">
        <p>None: nothing was accepted, tolerated, deferred or left out.</p>
      </xsl:if>
      <xsl:if test="acceptance"><xsl:call-template name="acceptances"/></xsl:if>
      <xsl:if test="$accepted">
        <h4>Failures and warnings that are accepted</h4>
        <ul>
          <xsl:for-each select="$accepted">
            <li>
              <code><bdi><xsl:value-of select="@check"/></bdi></code>, <xsl:call-template name="short"/>
              <xsl:if test="message">: <bdi><xsl:value-of select="message"/></bdi></xsl:if>
              <xsl:text> – accepted</xsl:text>
              <xsl:choose>
                <xsl:when test="accepted != ''">: <bdi><xsl:value-of select="accepted"/></bdi></xsl:when>
                <xsl:otherwise> <span class="warn"> without a reason</span></xsl:otherwise>
              </xsl:choose>
            </li>
          </xsl:for-each>
        </ul>
      </xsl:if>
      <xsl:if test="tolerance"><xsl:call-template name="tolerances"/></xsl:if>
      <xsl:if test="$lowered">
        <h4>Failures that count less, since the project's file lowered their check's severity</h4>
        <ul>
          <xsl:for-each select="$lowered">
            <li>
              <code><bdi><xsl:value-of select="@check"/></bdi></code>, <xsl:call-template name="short"/>
              <xsl:if test="message">: <bdi><xsl:value-of select="message"/></bdi></xsl:if>
            </li>
          </xsl:for-each>
        </ul>
      </xsl:if>
      <xsl:if test="requirement/deferred">
        <h4>Requirements that are deferred</h4>
        <ul>
          <xsl:for-each select="requirement[deferred]">
            <li><strong><bdi><xsl:value-of select="@id"/></bdi></strong>: <bdi><xsl:value-of select="deferred"/></bdi></li>
          </xsl:for-each>
        </ul>
      </xsl:if>
      <xsl:if test="fact[@name = 'only' or @name = 'skip']">
        <h4>Checks that were not chosen</h4>
        <ul>
          <xsl:for-each select="fact[@name = 'only']">
            <li>Only these were made: <code><bdi><xsl:value-of select="."/></bdi></code></li>
          </xsl:for-each>
          <xsl:for-each select="fact[@name = 'skip']">
            <li>These were not: <code><bdi><xsl:value-of select="."/></bdi></code></li>
          </xsl:for-each>
        </ul>
      </xsl:if>
      <xsl:if test="$skipped">
        <h4>Checks that were left out</h4>
        <ul>
          <xsl:for-each select="set:distinct($skipped/@check)">
            <xsl:variable name="check" select="string(.)"/>
            <xsl:apply-templates select="$skipped[@check = $check][1]" mode="skipped">
              <xsl:with-param name="all" select="$skipped[@check = $check]"/>
            </xsl:apply-templates>
          </xsl:for-each>
        </ul>
      </xsl:if>
    </section>
  </xsl:template>

  <xsl:template name="acceptances">
    <section class="wide" tabindex="0" aria-label="Acceptances of {@name}">
      <table>
        <caption>What the project's file accepts</caption>
        <thead>
          <tr><th scope="col" class="w20">Check</th><th scope="col" class="w20">Held to</th><th scope="col">Reason</th><th scope="col" class="w13">Until</th><th scope="col" class="w8 number">Used</th><th scope="col" class="w20">Written in</th></tr>
        </thead>
        <tbody>
          <xsl:for-each select="acceptance">
            <tr>
              <th scope="row"><code><bdi><xsl:value-of select="@check"/></bdi></code></th>
              <td>
                <xsl:for-each select="@revision | @object | @title">
                  <div><xsl:value-of select="concat(name(), ' ')"/><bdi><xsl:value-of select="."/></bdi></div>
                </xsl:for-each>
                <xsl:if test="not(@revision | @object | @title)"><span class="warn">anything</span></xsl:if>
              </td>
              <td><bdi><xsl:value-of select="."/></bdi></td>
              <td><xsl:call-template name="until"/></td>
              <td class="number"><xsl:value-of select="@used"/></td>
              <td><code><bdi><xsl:value-of select="@place"/></bdi></code></td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </section>
  </xsl:template>

  <xsl:template name="tolerances">
    <section class="wide" tabindex="0" aria-label="Tolerances of {@name}">
      <table>
        <caption>Differences that are tolerated: <xsl:value-of select="@tolerated"/> were</caption>
        <thead>
          <tr><th scope="col" class="w20">Difference</th><th scope="col">Reason</th><th scope="col" class="w13">Until</th><th scope="col" class="w20">Written in</th></tr>
        </thead>
        <tbody>
          <xsl:for-each select="tolerance">
            <tr>
              <th scope="row"><code><bdi><xsl:value-of select="."/></bdi></code></th>
              <td>
                <bdi><xsl:value-of select="@reason"/></bdi>
                <xsl:if test="not(@reason)"><span class="warn">none was given</span></xsl:if>
              </td>
              <td><xsl:call-template name="until"/></td>
              <td>
                <code><bdi><xsl:value-of select="@place"/></bdi></code>
                <xsl:if test="not(@place)">the command line</xsl:if>
              </td>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </section>
  </xsl:template>

  <!-- Past: by the day of the run. -->
  <xsl:template name="until">
    <xsl:choose>
      <xsl:when test="@until">
        <bdi><xsl:value-of select="@until"/></bdi>
        <xsl:if test="number(translate(@until, '-', '')) &lt; number(translate(substring(/pgstair-record/@started, 1, 10), '-', ''))">
          <strong class="warn"> ! past</strong>
        </xsl:if>
      </xsl:when>
      <xsl:otherwise><strong class="warn">! no end</strong></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Many are skipped for one reason: each reason once, with what it kept from being checked. -->
  <xsl:template match="finding" mode="skipped">
    <xsl:param name="all"/>
    <li>
      <code><bdi><xsl:value-of select="@check"/></bdi></code>
      <ul>
        <xsl:for-each select="set:distinct($all/message)[position() &lt;= $listed-skipped]">
          <xsl:variable name="reason" select="string(.)"/>
          <xsl:variable name="same" select="$all[message = $reason]"/>
          <li>
            <bdi><xsl:value-of select="."/></bdi>
            <xsl:text>: </xsl:text>
            <xsl:for-each select="$same[position() &lt;= $listed]">
              <xsl:if test="position() &gt; 1">; </xsl:if>
              <xsl:call-template name="short"/>
            </xsl:for-each>
            <xsl:if test="count($same) &gt; $listed">
              <xsl:value-of select="concat('; and ', count($same) - $listed, ' more, in the record')"/>
            </xsl:if>
          </li>
        </xsl:for-each>
        <xsl:if test="count(set:distinct($all/message)) &gt; $listed-skipped">
          <li>and for <xsl:value-of select="count(set:distinct($all/message)) - $listed-skipped"/> other reasons, in the record</li>
        </xsl:if>
      </ul>
    </li>
  </xsl:template>

  <!-- ==== 5: means ==== -->

  <xsl:template name="means">
    <dl>
      <dt>Tool</dt>
      <dd>pgstair <xsl:value-of select="@pgstair"/></dd>
      <dt>Machine</dt>
      <dd><bdi><xsl:value-of select="@host"/></bdi></dd>
      <dt>When</dt>
      <dd><xsl:call-template name="started"/></dd>
      <!-- That of several runs is of the merge, and depends on where its files lay. -->
      <xsl:if test="count(source) &lt; 2">
        <dt>Command</dt>
        <dd><code><bdi><xsl:value-of select="command"/></bdi></code></dd>
      </xsl:if>
    </dl>
    <xsl:apply-templates select="system" mode="means"/>
  </xsl:template>

  <xsl:template match="system" mode="means">
    <section>
      <h3>System <bdi><xsl:value-of select="@name"/></bdi></h3>
      <xsl:choose>
        <xsl:when test="server-run">
          <section class="wide" tabindex="0" aria-label="Servers of {@name}">
            <table>
              <caption>Servers</caption>
              <thead><tr><th scope="col" class="w20">Server</th><th scope="col" class="w16">Version</th><th scope="col">What it is</th><th scope="col" class="w13 number">Verified in</th></tr></thead>
              <tbody><xsl:apply-templates select="server-run"/></tbody>
            </table>
          </section>
        </xsl:when>
        <xsl:otherwise>
          <p>
            <xsl:text>Server: </xsl:text>
            <bdi><xsl:value-of select="server"/></bdi>
            <xsl:if test="not(server)">not known</xsl:if>
            <xsl:if test="@server-version"> (version <bdi><xsl:value-of select="@server-version"/></bdi>)</xsl:if>
          </p>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:if test="fact">
        <section class="wide" tabindex="0" aria-label="Environment of {@name}">
          <table>
            <caption>Environment, settings and numbers</caption>
            <thead><tr><th scope="col" class="w24">What</th><th scope="col">Value</th><th scope="col" class="w16">Of server</th></tr></thead>
            <tbody>
              <xsl:for-each select="fact">
                <tr>
                  <th scope="row"><bdi><xsl:value-of select="@name"/></bdi></th>
                  <td><bdi><xsl:value-of select="."/></bdi></td>
                  <td><bdi><xsl:value-of select="@server"/></bdi><xsl:if test="not(@server)">all</xsl:if></td>
                </tr>
              </xsl:for-each>
            </tbody>
          </table>
        </section>
      </xsl:if>
    </section>
  </xsl:template>

  <xsl:template match="server-run">
    <tr>
      <th scope="row"><bdi><xsl:value-of select="@server"/></bdi></th>
      <td>
        <bdi><xsl:value-of select="@server-version"/></bdi>
        <xsl:if test="not(@server-version)"><span class="warn">not to be had: NOT VERIFIED on it</span></xsl:if>
      </td>
      <td><bdi><xsl:value-of select="."/></bdi></td>
      <td class="number"><xsl:value-of select="format-number(@duration, '0.0')"/> s</td>
    </tr>
  </xsl:template>
</xsl:stylesheet>
